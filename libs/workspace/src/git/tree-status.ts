import { TammaError } from '@tamma/domain';
import type { Git } from './git.ts';

/** How one path of the tree differs from the index, and the index from the head. */
interface StatusEntry {
  /** Bytes as Latin-1. */
  readonly path: string;
  /** What the index did to the head's entry: a letter of git's; a dot: nothing. */
  readonly staged: string;
  /** The same of the tree to the index's entry. */
  readonly unstaged: string;
}

/** All that a question about the tree as it lies there is answered from. */
export interface TreeStatus {
  /** The commit that the head is. */
  readonly head: string;
  readonly entries: readonly StatusEntry[];
  /** Paths that git does not know and would add, bytes as Latin-1; a repository inside the tree ends with a slash. */
  readonly others: readonly string[];
}

const STATUS = [
  ...['status', '--porcelain=v2', '-z', '--branch', '--no-ahead-behind'],
  ...['--untracked-files=all', '--ignored=no', '--no-renames', '--ignore-submodules=all'],
];
const HEAD_LINE = /^# branch\.oid ([0-9a-f]{40,64})$/;
/** `1 XY` and six more fields; `u XY` and eight: a path in conflict. */
const ENTRY_LINE = /^(?:1 (..)(?: \S+){6}|u (..)(?: \S+){8}) (.+)$/s;

/**
 * In one call, since it is asked after every turn of a model. It compares contents, so a file that was merely touched is
 * no change; and it writes nothing, so any number may run at once.
 */
export async function readStatus(git: Git): Promise<TreeStatus> {
  const lines = fields((await git.run(STATUS)).stdout);
  const head = lines.map((line) => HEAD_LINE.exec(line)?.[1]).find((found) => found !== undefined);
  if (head === undefined) throw headless();
  const others = lines.filter((line) => line.startsWith('? ')).map((line) => line.slice(2));
  return { head, entries: lines.filter((line) => /^[1u] /.test(line)).map(parseEntry), others };
}

function parseEntry(line: string): StatusEntry {
  const [, ordinary, conflicted, path] = ENTRY_LINE.exec(line) ?? [];
  const [staged, unstaged] = ordinary ?? conflicted ?? '';
  if (staged !== undefined && unstaged !== undefined && path !== undefined) return { path, staged, unstaged };
  throw new TammaError('GIT_STATUS_UNREADABLE', `git status said ${JSON.stringify(line)}`, {
    class: 'system',
    remedy: 'Install a git that knows porcelain version 2 of `git status`: 2.38 or later.',
  });
}

function headless(): TammaError {
  return new TammaError('GIT_HEAD_MISSING', 'the head of the checkout is no commit', {
    class: 'system',
    remedy: 'Retry: the checkout is made anew. Look at what the commands of the project do to it.',
  });
}

/** Names are bytes to git; Latin-1 takes any byte there and back. */
export function fields(listing: Buffer): readonly string[] {
  return listing
    .toString('latin1')
    .split('\0')
    .filter((field) => field !== '');
}
