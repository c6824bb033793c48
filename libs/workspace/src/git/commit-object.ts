import type { Git } from './git.ts';

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  /** `Name <address> seconds zone`, bytes as Latin-1. */
  readonly author: string;
  readonly committer: string;
  /** Further header lines and the message, as another commit has them. */
  readonly rest: string;
}

export interface CommitObject extends Omit<NewCommit, 'committer'> {
  readonly hash: string;
}

/** Headers that speak of one commit alone: a copy with other parents must not claim them. */
const BOUND_HEADERS = /^(?:tree|parent|author|committer|gpgsig|gpgsig-sha256|mergetag) /;

/** Reads a commit byte for byte: names and messages may be in any encoding, or broken. */
export async function readCommit(git: Git, hash: string): Promise<CommitObject> {
  const raw = (await git.run(['cat-file', 'commit', hash])).stdout.toString('latin1');
  const end = raw.indexOf('\n\n');
  const headers = (end < 0 ? raw : raw.slice(0, end)).split(/\n(?! )/);
  const valuesOf = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const kept = headers.filter((line) => line !== '' && !BOUND_HEADERS.test(line));
  return {
    hash,
    tree: valuesOf('tree')[0] ?? '',
    parents: valuesOf('parent'),
    author: valuesOf('author')[0] ?? '',
    rest: [...kept, end < 0 ? '' : raw.slice(end + 1)].join('\n'),
  };
}

/** Writes a commit without the rules that `commit-tree` has for names, so that any commit can be copied. */
export async function writeCommit(git: Git, commit: NewCommit): Promise<string> {
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${commit.author}`,
    `committer ${commit.committer}`,
  ];
  const input = Buffer.from(`${headers.join('\n')}\n${commit.rest}`, 'latin1');
  return git.text(['hash-object', '-t', 'commit', '-w', '--stdin'], { input });
}

export function messageOf({ rest }: Pick<NewCommit, 'rest'>): string {
  return rest.slice(rest.startsWith('\n') ? 1 : rest.indexOf('\n\n') + 2);
}
