import { spawn } from 'node:child_process';
import { TammaError, toError } from '@tamma/domain';

const LOCKED_EXIT_CODE = 75;
/** Two small programs have to start; longer means that something is wrong with this machine. */
const ANSWER_MS = 10_000;

/** Held by the kernel on our behalf, so it is free the moment this process is gone, however it went. */
export interface HomeLock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a TAMMA_HOME, or returns null while another launcher holds it. A small child keeps it:
 * `flock` opens the file and becomes `cat`, which lives exactly as long as our end of its pipe.
 */
export async function takeHomeLock(path: string): Promise<HomeLock | null> {
  const args = ['--nonblock', '--conflict-exit-code', String(LOCKED_EXIT_CODE), '--no-fork', path, 'cat'];
  const keeper = spawn('flock', args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  const exited = new Promise<number | null>((resolve) => keeper.once('exit', (code) => resolve(code)));
  const failed = new Promise<never>((_resolve, reject) => {
    keeper.once('error', (cause) => reject(cannotLock(path, toError(cause).message, cause)));
  });
  const answered = new Promise<'held'>((resolve) => keeper.stdout.once('data', () => resolve('held')));
  // A refusal closes the pipe before we write; the exit code tells that story.
  keeper.stdin.on('error', () => undefined);
  keeper.stdin.write('held?\n');

  const timer = setTimeout(() => keeper.kill('SIGKILL'), ANSWER_MS);
  const outcome = await Promise.race([answered, exited, failed]);
  clearTimeout(timer);
  if (outcome === LOCKED_EXIT_CODE) return null;
  if (outcome !== 'held') throw cannotLock(path, `flock ended with exit code ${outcome ?? 'unknown'}`);
  // It must not keep us alive: when we have nothing left to do, it has not either.
  keeper.unref();
  for (const pipe of [keeper.stdin, keeper.stdout])
    if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return {
    release: async () => {
      keeper.ref();
      keeper.stdin.end();
      await exited;
    },
  };
}

function cannotLock(path: string, reason: string, cause?: unknown): TammaError {
  return new TammaError('HOME_NOT_LOCKED', `${path} cannot be locked: ${reason}`, {
    class: 'system',
    remedy: 'make sure that the folder is writable and that "flock" (package util-linux) is installed',
    cause,
  });
}
