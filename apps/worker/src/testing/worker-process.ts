import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { eventually, processEnvironment } from '@tamma/testing';

const MAIN = join(import.meta.dirname, '../main.ts');

export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Everything it wrote so far, on both streams. */
  output(): string;
  errors(): string;
  /** Waits until it is up; the port its probes listen on. */
  port(): Promise<number>;
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface WorkerProcessOptions {
  /** Where it runs; a `.env` there would be read. */
  readonly folder: string;
  /** What it gets beside what every process gets. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The real worker as a process of its own, with the channel a launcher would hold. Killed when disposed. */
export function startWorker({ folder, environment }: WorkerProcessOptions): WorkerProcess {
  const child = fork(MAIN, [], {
    cwd: folder,
    env: { ...processEnvironment(), ...environment },
    silent: true,
    execArgv: [],
  });
  let [output, errors] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
    output += chunk.toString();
  });
  // Not 'close': after a disconnect by the parent it never comes.
  const exited = Promise.all([once(child, 'exit'), endOf(child.stdout), endOf(child.stderr)]);
  return {
    child,
    output: () => output,
    errors: () => errors,
    port: () =>
      eventually('the worker is up', () => {
        if (child.exitCode !== null) throw new Error(`the worker ended before it was up: ${output}`);
        return portIn(output);
      }),
    ended: async () => {
      await exited;
      return { code: child.exitCode, signal: child.signalCode };
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function portIn(output: string): number | null {
  const line = output.split('\n').find((one) => one.includes('worker is up'));
  return line === undefined ? null : Number(/"port":(\d+)/.exec(line)?.[1]);
}

async function endOf(stream: Readable | null): Promise<void> {
  if (stream !== null) await once(stream, 'end');
}
