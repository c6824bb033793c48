import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { processEnvironment } from '@tamma/testing';

const BIN = join(import.meta.dirname, '../../bin/tamma.mjs');

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running extends AsyncDisposable {
  readonly finished: Promise<Finished>;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface RunOptions {
  /** Working directory; without it one with no `.env`. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The command as a person would start it: a process with an environment of its own and no terminal. */
export function startTamma(args: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: options.folder ?? import.meta.dirname,
    env: { ...processEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, stdout: stdout(), stderr: stderr() }));
  });
  return {
    finished,
    stdout,
    stderr,
    kill: (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await finished;
    },
  };
}

export function runTamma(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return startTamma(args, options).finished;
}

function collect(stream: ChildProcess['stdout']): () => string {
  const chunks: string[] = [];
  stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return () => chunks.join('');
}
