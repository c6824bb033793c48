import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { TammaError, toError } from '@tamma/domain';
import { errorCode } from '../error-code.ts';
import { boundedOutput } from './bounded-output.ts';
import { countThreads, PROCESSES_MAX, watchCrowd } from './crowd.ts';
import type { RunMark } from './mark.ts';
import { killStragglers, signalGroup } from './process-group.ts';

export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** What its processes are known by. */
  readonly mark: RunMark;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** In characters. */
  readonly outputMax: number;
  /** Whether the program reports on file descriptor 3. */
  readonly reports: boolean;
  /** Written to standard input, which is closed then; absent: it has none. */
  readonly stdin?: string | undefined;
  /** Told each piece of standard output. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Whether it was ended because it had become too many processes. */
  readonly crowded: boolean;
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
  /** What came on file descriptor 3. */
  readonly report: string;
  readonly durationMs: number;
}

/** From asking a command to end to killing it. */
const KILL_AFTER_MS = 2_000;
/** How long we read on after the command ended and everything it left was killed. */
const DRAIN_MAX_MS = 1_000;
const REPORT_MAX_CHARACTERS = 4_096;
/** The longest time a timer takes; more would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;
const WRONG_REQUEST_CODES = new Set([
  'E2BIG',
  'EACCES',
  'ENOENT',
  'ENOEXEC',
  'ENOTDIR',
  'ERR_INVALID_ARG_VALUE',
]);

/** Runs a program in a process group of its own until it and all it started have ended. Throws the signal's reason. */
export async function supervise(launch: Launch): Promise<Ended> {
  const threadsBefore = await countThreads();
  launch.signal.throwIfAborted();
  const startedMs = performance.now();
  const child = start(launch);
  const heard = listen(child, launch);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const life = await lifeOf(child, launch, threadsBefore);
  await killStragglers(launch.mark);
  await drain(child, closed);
  if (launch.signal.aborted) throw toError(launch.signal.reason);
  if (life.crowded) heard.note(`\n[ended: it had become more than ${PROCESSES_MAX} processes at once]\n`);
  return { ...life, ...heard.texts(), durationMs: Math.round(performance.now() - startedMs) };
}

/** Collects what comes out of it, each bounded, and hands it what is to go in. */
function listen(child: ChildProcess, { outputMax, stdin, onOutput }: Launch) {
  const output = boundedOutput(outputMax);
  const stdout = boundedOutput(outputMax);
  const stderr = boundedOutput(outputMax);
  const report = boundedOutput(REPORT_MAX_CHARACTERS);
  const note = (text: string) => {
    output.append(text);
    stderr.append(text);
  };
  collect(child.stdout, (text) => {
    output.append(text);
    stdout.append(text);
    onOutput?.(text);
  });
  collect(child.stderr, note);
  collect(child.stdio[3], report.append);
  // It may end before it has read everything; its exit code tells why.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(stdin);
  const texts = () => ({
    output: output.text(),
    stdout: stdout.text(),
    stderr: stderr.text(),
    report: report.text(),
  });
  return { note, texts };
}

function start(launch: Launch): ChildProcess {
  const { cwd, env } = launch;
  const stdio: Array<'ignore' | 'pipe'> = [
    launch.stdin === undefined ? 'ignore' : 'pipe',
    'pipe',
    'pipe',
    ...(launch.reports ? ['pipe' as const] : []),
  ];
  try {
    return spawn(launch.program, launch.args, { cwd, env, detached: true, stdio });
  } catch (error) {
    throw notStarted(launch, error);
  }
}

function collect(stream: unknown, append: (text: string) => void): void {
  if (!(stream instanceof Readable)) return;
  stream.setEncoding('utf8');
  stream.on('data', append);
  // The pipe broke or was closed by the drain: what came before it is kept.
  stream.on('error', () => undefined);
}

type Life = Pick<Ended, 'exitCode' | 'timedOut' | 'crowded'>;

/** Settles when the program itself has ended, after ending it when its time is up or the signal fires. */
function lifeOf(child: ChildProcess, launch: Launch, threadsBefore: number): Promise<Life> {
  const ending = endOnDemand(child, launch);
  const killAll = () => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  const watch = watchCrowd(launch.mark, threadsBefore, killAll);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      ending.over();
      watch.over();
      reject(notStarted(launch, error));
    });
    child.once('exit', (exitCode) => {
      ending.over();
      // Whatever it left in the background holds the output open and the machine busy.
      killAll();
      try {
        resolve({ exitCode, timedOut: ending.timedOut(), crowded: watch.over() });
      } catch (error) {
        reject(toError(error));
      }
    });
  });
}

function endOnDemand(child: ChildProcess, { timeoutMs, signal }: Launch) {
  let timedOut = false;
  let killTimer: NodeJS.Timeout | undefined;
  const end = () => {
    if (child.pid === undefined || killTimer !== undefined) return;
    const groupId = child.pid;
    signalGroup(groupId, 'SIGTERM');
    killTimer = setTimeout(() => signalGroup(groupId, 'SIGKILL'), KILL_AFTER_MS);
  };
  const onTimeout = () => {
    timedOut = true;
    end();
  };
  const timer = setTimeout(onTimeout, Math.min(Math.max(timeoutMs, 1), TIMER_MAX_MS));
  signal.addEventListener('abort', end, { once: true });
  const over = () => {
    clearTimeout(timer);
    clearTimeout(killTimer);
    signal.removeEventListener('abort', end);
  };
  return { over, timedOut: () => timedOut };
}

/** Reads what is still in the pipes, for a bounded time. */
async function drain(child: ChildProcess, closed: Promise<void>): Promise<void> {
  const limit = Promise.withResolvers<void>();
  const timer = setTimeout(limit.resolve, DRAIN_MAX_MS);
  await Promise.race([closed, limit.promise]);
  clearTimeout(timer);
  for (const stream of child.stdio) stream?.destroy();
}

function notStarted({ program }: Launch, thrown: unknown): TammaError {
  const reason = toError(thrown).message;
  const wrong = WRONG_REQUEST_CODES.has(errorCode(thrown) ?? '');
  return new TammaError('WORKSPACE_COMMAND_NOT_STARTED', `${program} could not be started: ${reason}`, {
    class: wrong ? 'validation' : 'system',
    remedy: wrong ? 'Check the command in the configuration.' : 'Check the load and limits of this machine.',
  });
}
