import type { Git } from './git.ts';
import { requireCommit } from './history.ts';
import { segmentsOf } from './paths.ts';

const FILE_MAX_BYTES = 1024 * 1024;

/** The text of a file in a commit; null where there was none, for links and folders, and for what is no text of 1 MiB. */
export async function readFileAt(git: Git, commit: string, path: string): Promise<string | null> {
  const hash = await requireCommit(git, commit);
  const name = segmentsOf(path).join('/');
  const env = { GIT_LITERAL_PATHSPECS: '1' };
  const entry = await git.text(['ls-tree', '-z', '-l', '--full-tree', hash, '--', name], { env });
  // `mode type hash size<TAB>path`; 100 begins the modes of plain files.
  const found = /^100\d{3} blob (\w+) +(\d+)\t/.exec(entry);
  if (found === null || Number(found[2]) > FILE_MAX_BYTES) return null;
  const { stdout } = await git.run(['cat-file', 'blob', found[1] ?? '']);
  return textOf(stdout);
}

function textOf(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8: no text that anybody could be shown.
    return null;
  }
}
