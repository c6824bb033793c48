import { TammaError } from '@tamma/domain';
import type { Git } from './git.ts';

/** How one path of the tree differs from the index, and the index from the head. */
interface StatusEntry {
  /** Bytes as Latin-1. */
  readonly path: string;
  /** What the tree did to the index's entry: a letter of git's; a dot: nothing. */
  readonly unstaged: string;
  readonly inHead: boolean;
  /** Whether there is something in the tree that git would keep under this path. */
  readonly inTree: boolean;
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
/** After the two letters: modes in head, index and tree, and two hashes. */
const ENTRY = /^1 .(?<unstaged>.) \S+ (?<head>\d+) \d+ (?<tree>\d+)(?: \S+){2} (?<path>.+)$/s;
/** After the two letters: modes of up to three sides and of the tree, and three hashes. */
const CONFLICT = /^u .(?<unstaged>.) \S+(?: \d+){3} (?<tree>\d+)(?: \S+){3} (?<path>.+)$/s;
const NOTHING = '000000';
/** Gone from the tree, and the index has no bytes of it: with either kind of hash. */
const EMPTY_AND_GONE =
  /^1 \.D (?:\S+ ){5}(?:e69de29bb2d1d6434b8b29ae775ad8c2e48c5391|473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813) /;

/**
 * In one call as a rule, since it is asked after every turn of a model. It compares contents, so a file that was
 * merely touched is no change; and it writes nothing, so any number may run at once.
 */
export async function readStatus(git: Git): Promise<TreeStatus> {
  const lines = fields((await git.run(STATUS)).stdout);
  const head = lines.map((line) => HEAD_LINE.exec(line)?.[1]).find((found) => found !== undefined);
  if (head === undefined) throw headless();
  const others = lines.filter((line) => line.startsWith('? ')).map((line) => line.slice(2));
  const entries = lines.filter((line) => /^[1u] /.test(line)).map(parseEntry);
  if (!lines.some((line) => EMPTY_AND_GONE.test(line))) return { head, entries, others };
  const added = await readAdded(git, head);
  return {
    head,
    entries: entries.map((entry) => (added.has(entry.path) ? { ...entry, inHead: false } : entry)),
    others,
  };
}

/**
 * What the index has and the head has not. A file that was only announced (`add -N`) and went, the status takes for an
 * empty one of the head's.
 */
async function readAdded(git: Git, head: string): Promise<ReadonlySet<string>> {
  const args = ['diff-index', '--cached', '--ita-visible-in-index', '--diff-filter=A', '--no-renames', '-z'];
  return new Set(fields((await git.run([...args, '--name-only', '--ignore-submodules=all', head])).stdout));
}

function parseEntry(line: string): StatusEntry {
  const { unstaged, head, tree, path } = (ENTRY.exec(line) ?? CONFLICT.exec(line))?.groups ?? {};
  if (unstaged !== undefined && path !== undefined) {
    // Of a conflict git does not say what the head has: better told to be gone too often than too seldom.
    return { path, unstaged, inHead: head !== NOTHING, inTree: tree !== NOTHING };
  }
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
