import { runCli } from '../run.ts';
import type { Stream } from '../terminal/output.ts';
import type { Finished } from './run-tamma.ts';

export interface CallOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Columns of a terminal with colors; without it the output goes to a file. */
  readonly columns?: number;
  readonly stop?: AbortSignal;
}

/** The command within this process: quick, and on a terminal of any width. */
export async function callTamma(args: readonly string[], options: CallOptions = {}): Promise<Finished> {
  const stdout = capture(options.columns);
  const stderr = capture(options.columns);
  const exitCode = await runCli(args, {
    environment: options.environment ?? {},
    folder: import.meta.dirname,
    stdout: stdout.stream,
    stderr: stderr.stream,
    now: Date.now,
    stop: options.stop ?? new AbortController().signal,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function capture(columns: number | undefined): { readonly stream: Stream; text(): string } {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const stream = columns === undefined ? { write } : { write, isTTY: true, columns, hasColors: () => true };
  return { stream, text: () => written.join('') };
}
