import { hasCommit, isAncestor } from './branches.ts';
import type { Git } from './git.ts';

export interface MergeParents {
  readonly baseCommit: string;
  readonly headCommit: string;
}

/** The merge by which a head came into the base; null while none did. */
export async function findMergeCommit(
  git: Git,
  { baseCommit, headCommit }: MergeParents,
): Promise<string | null> {
  if (!(await hasCommit(git, headCommit))) return null;
  if (!(await isAncestor(git, headCommit, baseCommit))) return null;
  const range = `${headCommit}..${baseCommit}`;
  const { stdout } = await git(['rev-list', '--first-parent', '--merges', '--parents', range]);
  const merges = stdout.split('\n').map((line) => line.split(' '));
  return merges.find(([, , ...merged]) => merged.includes(headCommit))?.[0] ?? null;
}

export type WrittenMerge =
  | { readonly kind: 'written'; readonly commit: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** Writes the merge commit without moving any branch. */
export async function writeMergeCommit(
  git: Git,
  { baseCommit, headCommit }: MergeParents,
  message: string,
): Promise<WrittenMerge> {
  const { exitCode, stdout } = await git(
    ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', baseCommit, headCommit],
    { answers: [1] },
  );
  const [tree = '', ...files] = stdout.split('\0').filter((part) => part !== '');
  if (exitCode === 1) return { kind: 'conflict', files };
  const parents = ['-p', baseCommit, '-p', headCommit];
  const commit = await git(['commit-tree', tree, ...parents, '-F', '-'], { input: message });
  return { kind: 'written', commit: commit.stdout.trim() };
}
