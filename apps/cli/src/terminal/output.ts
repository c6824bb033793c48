import type { Reply } from '../api/reply.ts';
import { type Paint, withColors, withoutColors } from './paint.ts';
import { printable, printableJson } from './printable.ts';

/** What a view needs to know of the place it is shown in. */
export interface Look {
  readonly paint: Paint;
  /** Columns of the terminal; null where nobody looks at the width. */
  readonly columns: number | null;
  readonly nowMs: number;
}

/** Makes lines of what the server said. */
export type View<Value> = (value: Value, look: Look) => readonly string[];

export interface Output {
  readonly isJson: boolean;
  readonly look: Look;
  /** With --json what the server said, else the view of it. */
  show<Value>(reply: Reply<Value>, view: View<Value>): void;
  /** A value as one line of JSON. */
  json(value: unknown): void;
  /** Lines whose texts are clean already. */
  lines(lines: readonly string[]): void;
  /** A piece of a line. */
  piece(text: string): void;
  /** On standard error: what is no part of the answer. */
  note(line: string): void;
}

export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  hasColors?(environment: Readonly<Record<string, string | undefined>>): boolean;
}

export interface OutputOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly isJson: boolean;
  readonly wantsColor: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
}

export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, isJson } = options;
  const paint = paintFor(stdout, options);
  const writeLines = (lines: readonly string[]): void => {
    if (lines.length > 0) stdout.write(`${lines.map((line) => line.replaceAll('\n', ' ')).join('\n')}\n`);
  };
  const json = (value: unknown): void => void stdout.write(`${printableJson(value)}\n`);
  const look: Look = {
    paint,
    columns: stdout.isTTY === true ? (stdout.columns ?? null) : null,
    get nowMs() {
      return options.now();
    },
  };
  return {
    isJson,
    look,
    show: (reply, view) => (isJson ? json(reply.exact) : writeLines(view(reply.shown, look))),
    json,
    lines: writeLines,
    piece: (text) => void stdout.write(text),
    note: (line) => void stderr.write(`${printable(line)}\n`),
  };
}

function paintFor(stream: Stream, options: Pick<OutputOptions, 'wantsColor' | 'environment'>): Paint {
  const hasColors = stream.isTTY === true && stream.hasColors?.({ ...options.environment }) === true;
  const isRefused = (options.environment.NO_COLOR ?? '') !== '';
  return options.wantsColor && hasColors && !isRefused ? withColors : withoutColors;
}
