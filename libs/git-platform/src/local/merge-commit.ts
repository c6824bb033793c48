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

export type MergedTree =
  | { readonly kind: 'clean'; readonly tree: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/** A conflict without files: the two share no commit. */
export async function mergeTrees(git: Git, parents: MergeParents): Promise<MergedTree> {
  const { baseCommit, headCommit } = parents;
  try {
    const { exitCode, stdout } = await git(
      ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', baseCommit, headCommit],
      { answers: [1] },
    );
    const [tree = '', ...files] = stdout.split('\0').filter((part) => part !== '');
    return exitCode === 1 ? { kind: 'conflict', files } : { kind: 'clean', tree };
  } catch (error) {
    const { exitCode } = await git(['merge-base', baseCommit, headCommit], { answers: [1] });
    if (exitCode === 1) return { kind: 'conflict', files: [] };
    throw error;
  }
}

/** Writes the merge commit without moving any branch. */
export async function writeMergeCommit(
  git: Git,
  { baseCommit, headCommit }: MergeParents,
  message: string,
): Promise<WrittenMerge> {
  const merged = await mergeTrees(git, { baseCommit, headCommit });
  if (merged.kind === 'conflict') return merged;
  const parents = ['-p', baseCommit, '-p', headCommit];
  const commit = await git(['commit-tree', merged.tree, ...parents, '-F', '-'], { input: message });
  return { kind: 'written', commit: commit.stdout.trim() };
}
