import { fitsPattern } from '@tamma/domain';

export const LIST_MAX = 1_000;

export interface ListWish {
  /** A folder without a slash at its end; empty: the root. */
  readonly folder: string;
  readonly glob?: string | undefined;
  readonly max?: number | undefined;
}

/** One path a line; where there are too many, the folders that hold them, with how many each holds. */
export function listOf(files: readonly string[], { folder, glob, max = LIST_MAX }: ListWish): string {
  const wanted = files.filter(
    (path) =>
      (folder === '' || path === folder || path.startsWith(`${folder}/`)) &&
      (glob === undefined || fitsPattern(path, glob)),
  );
  if (wanted.length === 0) return 'no file is there';
  if (wanted.length <= max) return wanted.join('\n');
  const lines = summarize(wanted, max);
  const shown = lines.slice(0, max);
  const rest = lines.length > max ? `, of which the first ${max} lines are shown` : '';
  return `${shown.join('\n')}\n[${wanted.length} files, folders summed up${rest}; name a path or a glob for less]`;
}

/** Goes as deep into folders as there is room for. */
function summarize(files: readonly string[], max: number): readonly string[] {
  const depthMax = Math.max(...files.map((path) => path.split('/').length));
  let best = linesAt(files, 1);
  for (let depth = 2; depth < depthMax; depth += 1) {
    const lines = linesAt(files, depth);
    if (lines.length > max) break;
    best = lines;
  }
  return best;
}

function linesAt(files: readonly string[], depth: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of files) {
    const segments = path.split('/');
    const line = segments.length <= depth ? path : `${segments.slice(0, depth).join('/')}/`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => (line.endsWith('/') ? `${line} (${count} files)` : line));
}
