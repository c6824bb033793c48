import { type Document, isMap, isScalar, LineCounter, type Pair, parseDocument, stringify } from 'yaml';
import type { Problem } from './text-file.ts';

/** `---`, YAML, `---`, text: how every record of the local platform is written. */
export interface FileRecord {
  readonly values: unknown;
  /** Text below the front matter, line ends as `\n`, without blank lines around it. */
  readonly body: string;
  /** The line of the file, from 1, on which a key stands. */
  lineOf(key: string): number | undefined;
}

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export interface Parts {
  /** Byte order mark and opening fence. */
  readonly opening: string;
  readonly yaml: string;
  /** Closing fence and everything after it. */
  readonly rest: string;
}

const OPENING = /^\uFEFF?---[ \t]*\r?\n/;
const CLOSING = /^---[ \t]*(?:\r?\n|$)/m;
const REMEDY = 'Begin the file with a line "---", then "title: …" and "state: open", then a line "---".';

export function splitFrontMatter(text: string): Parsed<Parts> {
  const opening = OPENING.exec(text)?.[0];
  if (opening === undefined) return failed('line 1: it has no front matter', REMEDY);
  const inner = text.slice(opening.length);
  const closing = CLOSING.exec(inner);
  if (closing === null) return failed('the front matter that begins on line 1 is never closed', REMEDY);
  const parts = { opening, yaml: inner.slice(0, closing.index), rest: inner.slice(closing.index) };
  return { ok: true, value: parts };
}

export function parseRecord(text: string): Parsed<FileRecord> {
  const split = splitFrontMatter(text);
  if (!split.ok) return split;
  const lines = new LineCounter();
  const document = parseDocument(split.value.yaml, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const problem = problemOf(document, lines);
  if (problem !== null) return { ok: false, problem };
  return toRecord(document, { rest: split.value.rest, lines });
}

export function renderRecord(values: object, body: string): string {
  return `---\n${stringify(values, { lineWidth: 0 })}---\n\n${body.trim()}\n`;
}

export function pairOf(document: Document, key: string): Pair | undefined {
  if (!isMap(document.contents)) return undefined;
  return document.contents.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

export function failed(reason: string, remedy: string): { ok: false; problem: Problem } {
  return { ok: false, problem: { reason, remedy } };
}

function toRecord(
  document: Document,
  source: { readonly rest: string; readonly lines: LineCounter },
): Parsed<FileRecord> {
  const values = valuesOf(document);
  if (values === null) return failed('an alias (*name) in its front matter leads nowhere', 'Write it out.');
  const value: FileRecord = {
    values,
    body: source.rest.replace(CLOSING, '').replaceAll('\r\n', '\n').trim(),
    lineOf: (key) => {
      const node = pairOf(document, key)?.key;
      const start = isScalar(node) ? node.range?.[0] : undefined;
      return start === undefined ? undefined : lineAt(source.lines, start);
    },
  };
  return { ok: true, value };
}

function valuesOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    // Only aliases fail this late: without an anchor, or more of them than anyone writes by hand.
    return null;
  }
}

function problemOf(document: Document.Parsed, lines: LineCounter): Problem | null {
  const [error] = document.errors;
  if (error !== undefined) {
    const reason = `line ${lineAt(lines, error.pos[0])}: its front matter is not YAML: ${error.message}`;
    return { reason, remedy: 'Correct that line; text with a colon or a quote in it goes in quotes.' };
  }
  if (!isMap(document.contents)) {
    return { reason: 'line 2: its front matter is not a list of "key: value" lines', remedy: REMEDY };
  }
  return null;
}

/** The YAML begins on the second line of the file. */
function lineAt(lines: LineCounter, offset: number): number {
  return lines.linePos(offset).line + 1;
}
