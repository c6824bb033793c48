import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalFixture } from './local-fixture.ts';
import type { Errand } from './platform-process.ts';

const PROGRAM = fileURLToPath(new URL('./platform-process.ts', import.meta.url));

export interface PlatformProcess extends AsyncDisposable {
  /** Lets it begin. */
  go(): void;
  /** Its result; rejects with what it complained of. */
  finish(): Promise<unknown>;
  /** Kill -9, and gone when this resolves. */
  kill(): Promise<void>;
}

/** Starts a process that is ready to work on the fixture's platform. */
export async function spawnPlatform(
  { repository, issues, account }: LocalFixture,
  call: Errand['call'],
  times = 1,
): Promise<PlatformProcess> {
  const errand: Errand = { repository, issues, account, times, call };
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(errand)], { stdio: 'pipe' });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const next = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the process ended early: ${complaint}`);
    return value;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  await next();
  return {
    go: () => void child.stdin.write('go\n'),
    finish: async () => JSON.parse(await next()),
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

/** Runs the calls in as many processes, let go at the same moment once all are ready. */
export async function raceProcesses(
  fixture: LocalFixture,
  calls: readonly Errand['call'][],
  times = 1,
): Promise<readonly unknown[]> {
  await using stack = new AsyncDisposableStack();
  const starts = calls.map((call) => spawnPlatform(fixture, call, times));
  const racers = await Promise.all(starts);
  for (const racer of racers) stack.use(racer);
  for (const racer of racers) racer.go();
  return await Promise.all(racers.map((racer) => racer.finish()));
}
