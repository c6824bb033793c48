/** Lines a patch adds to one file, joined; hunks are a blank line apart. */
export interface AddedText {
  readonly path: string;
  readonly text: string;
  /** Line number in the file for each line of `text`; a blank one between hunks has that of the next hunk. */
  readonly lines: readonly number[];
}

interface Collected {
  path: string;
  text: string[];
  lines: number[];
}

/** Reads a patch without context lines (`-U0`, prefixes `a/` and `b/`). Deleted and binary files add nothing. */
export function addedTexts(patch: string): readonly AddedText[] {
  const files: Collected[] = [];
  const rows = patch.split('\n');
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? '';
    const path = row.startsWith('+++ ') ? pathOf(row) : undefined;
    if (path !== undefined) files.push({ path, text: [], lines: [] });
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(row);
    if (hunk === null) continue;
    // Counted, not recognized by their first character: content may look like any header.
    at = takeHunk(
      { rows, at, removed: Number(hunk[1] ?? 1), first: Number(hunk[2]), added: Number(hunk[3] ?? 1) },
      files.at(-1),
    );
  }
  return files
    .filter((file) => file.lines.length > 0)
    .map((file) => ({ ...file, text: file.text.join('\n') }));
}

interface Hunk {
  readonly rows: readonly string[];
  /** Index of the hunk's header. */
  readonly at: number;
  readonly removed: number;
  readonly first: number;
  readonly added: number;
}

/** Returns the index of the hunk's last row. */
function takeHunk(hunk: Hunk, file: Collected | undefined): number {
  let at = hunk.at;
  let { removed, added } = hunk;
  if (added > 0 && file !== undefined && file.lines.length > 0) append(file, hunk.first, '');
  while ((removed > 0 || added > 0) && at + 1 < hunk.rows.length) {
    at += 1;
    const row = hunk.rows[at] ?? '';
    if (row.startsWith('-')) removed -= 1;
    if (!row.startsWith('+')) continue;
    if (file !== undefined) append(file, hunk.first + hunk.added - added, row.slice(1));
    added -= 1;
  }
  return at;
}

function append(file: Collected, line: number, text: string): void {
  file.lines.push(line);
  file.text.push(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

/** Undefined for `/dev/null`. Git quotes a path with control characters, and ends one with blanks by a tab. */
function pathOf(row: string): string | undefined {
  const raw = row.slice('+++ '.length).replace(/\t$/, '');
  const path = raw.startsWith('"') ? unquote(raw.slice(1, -1)) : raw;
  return path.startsWith('b/') ? path.slice('b/'.length) : undefined;
}

function unquote(text: string): string {
  return text.replaceAll(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (ESCAPES[code] ?? code),
  );
}
