import type { Git } from './git.ts';
import { fields, readStatus, type TreeStatus } from './tree-status.ts';

/** Files of the tree that differ from what was checked out or from the head, new ones included; sorted. */
export async function changedFiles(git: Git, startCommit: string): Promise<readonly string[]> {
  const status = await readStatus(git);
  const paths = changesIn(status).map(({ path }) => path);
  // What the tree has back from what was checked out, against the head, differs from the head and so is in already.
  if (status.head !== startCommit) paths.push(...(await changedBetween(git, startCommit, status.head)));
  return [...new Set(paths.map((path) => Buffer.from(path, 'latin1').toString('utf8')))].sort();
}

const DIFF_TREE = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--ignore-submodules=all'];

async function changedBetween(git: Git, before: string, after: string): Promise<readonly string[]> {
  return fields((await git.run([...DIFF_TREE, before, after])).stdout);
}

export interface PathChange {
  /** Bytes as Latin-1. */
  readonly path: string;
  readonly isGone: boolean;
}

/** How the tree differs from its head. Repositories inside it are left out. */
export function changesIn({ entries, others }: TreeStatus): readonly PathChange[] {
  const found = new Map<string, PathChange>();
  for (const { path, inHead, inTree } of entries) {
    // What only the index had has left nothing behind.
    if (inHead || inTree) found.set(path, { path, isGone: !inTree });
  }
  // A file that the head has and the index has not is said to be gone and to be new.
  for (const path of others) if (!path.endsWith('/')) found.set(path, { path, isGone: false });
  return [...found.values()];
}
