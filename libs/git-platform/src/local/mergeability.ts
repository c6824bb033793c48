import type { PullRequest } from '../git-platform.ts';
import { readBranch } from './branches.ts';
import type { Git } from './git.ts';
import { mergeTrees } from './merge-commit.ts';

/** Tries the merge without writing it down; `behind` does not exist here, where no base is protected. */
export async function readMergeability(
  git: Git,
  { state, base, headCommit }: PullRequest,
): Promise<PullRequest['mergeability']> {
  const baseCommit = state === 'open' ? await readBranch(git, base) : null;
  if (baseCommit === null) return 'unknown';
  return (await mergeTrees(git, { baseCommit, headCommit })).kind;
}
