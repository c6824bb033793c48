import { writeCommit } from './commit-object.ts';
import type { Git } from './git.ts';

export interface ThreeTrees {
  /** What both come from. */
  readonly origin: string;
  readonly base: string;
  readonly change: string;
}

export interface MergedTrees {
  readonly tree: string;
  /** Files in conflict; the tree has them with markers where they are text. */
  readonly conflicts: readonly string[];
}

/** Named in conflict markers, for whoever has to resolve them. */
const BASE_REFERENCE = 'refs/tamma/base';
const CHANGE_REFERENCE = 'refs/tamma/change';
const NOBODY = 'tamma <tamma> 0 +0000';

/**
 * Merges without touching index or files. `merge-tree` finds the origin by history alone until git 2.40, so it is
 * given commits whose only history that origin is.
 */
export async function mergeTrees(git: Git, { origin, base, change }: ThreeTrees): Promise<MergedTrees> {
  const write = (tree: string, parents: readonly string[]) =>
    writeCommit(git, { tree, parents, author: NOBODY, committer: NOBODY, rest: '\nmerge\n' });
  const root = await write(origin, []);
  await git.run(['update-ref', BASE_REFERENCE, await write(base, [root])]);
  await git.run(['update-ref', CHANGE_REFERENCE, await write(change, [root])]);
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z'];
  const merged = await git.run([...args, BASE_REFERENCE, CHANGE_REFERENCE], { accept: [1] });
  const [tree = '', ...files] = merged.stdout.toString('utf8').split('\0');
  const conflicts = merged.exitCode === 0 ? [] : files.filter((file) => file !== '');
  return { tree, conflicts: [...new Set(conflicts)].sort() };
}
