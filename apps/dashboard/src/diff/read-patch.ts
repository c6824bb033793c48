import { printable } from '../format/printable.ts';

export interface PatchLine {
  readonly kind: 'context' | 'added' | 'removed' | 'note';
  readonly text: string;
  /** Where it stands in the file before and after; null where it does not. */
  readonly before: number | null;
  readonly after: number | null;
}

export interface PatchHunk {
  /** Such as `@@ -1,4 +1,6 @@ function slugify`. */
  readonly heading: string;
  readonly lines: readonly PatchLine[];
}

export interface PatchFile {
  readonly path: string;
  /** `added`, `deleted`, `renamed from a.js`; empty for a change. */
  readonly what: string;
  readonly additions: number;
  readonly deletions: number;
  readonly isBinary: boolean;
  readonly hunks: readonly PatchHunk[];
}

/** Lines shown of one patch; a person does not decide by reading more. */
export const PATCH_LINES_MAX = 5000;

export interface Patch {
  readonly files: readonly PatchFile[];
  /** Lines that are not shown. */
  readonly missing: number;
}

/** Reads what `git diff` writes. Text that is no patch gives no files. */
export function readPatch(text: string): Patch {
  const lines = printable(text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const shown = lines.slice(0, PATCH_LINES_MAX);
  const starts = shown.flatMap((line, index) => (line.startsWith('diff --git ') ? [index] : []));
  const files = starts.map((start, index) => readFile(shown.slice(start, starts[index + 1] ?? shown.length)));
  return { files, missing: lines.length - shown.length };
}

function readFile(lines: readonly string[]): PatchFile {
  const first = lines.findIndex((line) => line.startsWith('@@ '));
  const head = first < 0 ? lines : lines.slice(0, first);
  const hunks = first < 0 ? [] : readHunks(lines.slice(first));
  const count = (kind: PatchLine['kind']) =>
    hunks.reduce((sum, hunk) => sum + hunk.lines.filter((line) => line.kind === kind).length, 0);
  return {
    path: pathOf(head),
    what: whatOf(head),
    additions: count('added'),
    deletions: count('removed'),
    isBinary: head.some((line) => /^(Binary files|GIT binary patch)/.test(line)),
    hunks,
  };
}

/** Git quotes names with unusual characters and puts `a/` and `b/` before them. */
function pathOf(head: readonly string[]): string {
  const after = valueAfter(head, '+++ ');
  const before = valueAfter(head, '--- ');
  const named = after !== undefined && after !== '/dev/null' ? after : before;
  if (named !== undefined && named !== '/dev/null') return withoutPrefix(named);
  const [line = ''] = head;
  return valueAfter(head, 'rename to ') ?? withoutPrefix(line.slice(line.lastIndexOf(' b/') + 1));
}

function withoutPrefix(name: string): string {
  return name
    .replace(/^"(.*)"$/, '$1')
    .replace(/^[ab]\//, '')
    .replace(/\t$/, '');
}

function whatOf(head: readonly string[]): string {
  if (valueAfter(head, 'new file mode') !== undefined) return 'added';
  if (valueAfter(head, 'deleted file mode') !== undefined) return 'deleted';
  const from = valueAfter(head, 'rename from ');
  return from === undefined ? '' : `renamed from ${from}`;
}

function valueAfter(head: readonly string[], start: string): string | undefined {
  return head.find((line) => line.startsWith(start))?.slice(start.length);
}

function readHunks(lines: readonly string[]): readonly PatchHunk[] {
  const hunks: { heading: string; lines: PatchLine[] }[] = [];
  let [before, after] = [0, 0];
  for (const line of lines) {
    const places = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (places !== null) {
      [before, after] = [Number(places[1]), Number(places[2])];
      hunks.push({ heading: line, lines: [] });
      continue;
    }
    const read = readLine(line, before, after);
    if (read.before !== null) before += 1;
    if (read.after !== null) after += 1;
    hunks.at(-1)?.lines.push(read);
  }
  return hunks;
}

function readLine(line: string, before: number, after: number): PatchLine {
  const text = line.slice(1);
  switch (line.charAt(0)) {
    case '+':
      return { kind: 'added', text, before: null, after };
    case '-':
      return { kind: 'removed', text, before, after: null };
    case '\\':
      return { kind: 'note', text: text.trim(), before: null, after: null };
    default:
      return { kind: 'context', text, before, after };
  }
}
