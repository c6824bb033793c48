import { fields } from './commit.ts';
import type { Git } from './git.ts';

/** Files of the tree that differ from what was checked out or from the head, new ones included; sorted. */
export async function changedFiles(git: Git, startCommit: string): Promise<readonly string[]> {
  const changes = (await changesFromEach(git, [startCommit, 'HEAD'])).flat();
  return [...new Set(changes.map(({ path }) => Buffer.from(path, 'latin1').toString('utf8')))].sort();
}

export interface PathChange {
  /** Bytes as Latin-1. */
  readonly path: string;
  readonly isGone: boolean;
}

/** How the tree differs from a commit. Repositories inside it are left out. */
export async function changesFrom(git: Git, commit: string): Promise<readonly PathChange[]> {
  return (await changesFromEach(git, [commit])).flat();
}

/** Asked after every turn of a model, so each question is put to git once, and all of them together. */
async function changesFromEach(
  git: Git,
  commits: readonly string[],
): Promise<readonly (readonly PathChange[])[]> {
  // Without it files that were merely touched would count. It says 1 when some did change.
  await git.run(['update-index', '-q', '--refresh'], { accept: [1] });
  const [{ stdout: others }, ...differing] = await Promise.all([
    git.run(['ls-files', '-z', '--others', '--exclude-standard']),
    ...commits.map((commit) => git.run([...DIFF_INDEX, commit])),
  ]);
  return differing.map(({ stdout: changed }) => listChanges(fields(changed), fields(others)));
}

const DIFF_INDEX = ['diff-index', '-z', '--name-status', '--no-renames', '--ignore-submodules=all'];

/** From alternating status letters and paths, and from the paths that git does not know. */
function listChanges(changed: readonly string[], others: readonly string[]): readonly PathChange[] {
  const found = new Map<string, PathChange>();
  for (let i = 0; i + 1 < changed.length; i += 2) {
    const path = changed[i + 1] ?? '';
    found.set(path, { path, isGone: changed[i] === 'D' });
  }
  // A file that the commit has and the index has not is said to be gone and to be new.
  for (const path of others) if (!path.endsWith('/')) found.set(path, { path, isGone: false });
  return [...found.values()];
}
