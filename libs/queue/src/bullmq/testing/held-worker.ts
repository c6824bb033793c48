import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Capability } from '@tamma/domain';
import { eventually, testServers } from '@tamma/testing';

interface Told {
  readonly kind: 'taken' | 'aborted' | 'error';
  readonly attempt?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** A worker in a process of its own that holds what it takes; it dies with the test. */
export interface HeldWorker extends AsyncDisposable {
  readonly told: readonly Told[];
  until(kind: Told['kind']): Promise<Told>;
  /** It comes to the end of what it holds. */
  finish(): void;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
}

export function startHeldWorker(prefix: string, capability: Capability = 'git'): HeldWorker {
  const script = join(import.meta.dirname, 'held-worker-process.ts');
  const child = fork(script, [testServers().redisUrl, prefix, capability], { execArgv: [] });
  const told: Told[] = [];
  child.on('message', (message: Told) => told.push(message));
  return {
    told,
    until: (kind) => eventually(`it tells "${kind}"`, () => told.find((one) => one.kind === kind)),
    finish: () => void child.send('finish'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    kill: () => kill(child),
    [Symbol.asyncDispose]: () => kill(child),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
