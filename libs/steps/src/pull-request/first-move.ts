import type { PullRequest } from '@tamma/git-platform';

/** What a pull request is judged by before anybody else's checks and reviews count. */
export interface Standing {
  readonly pullRequest: Pick<PullRequest, 'state' | 'mergeability'> | null;
  /** Whether the issue asks for something else than when the work began. */
  readonly isEdited: boolean;
  /** Whether the pull request points at another branch than the one that its change was made for. */
  readonly isRetargeted: boolean;
  readonly hasBranch: boolean;
  /** What is missing on the head of the branch: gates, and the review. */
  readonly missing: readonly string[];
  /** Whether another open pull request closes the issue. */
  readonly hasRival: boolean;
  /** Whether the platform still shows the pull request at an earlier head of the branch. */
  readonly isLagging: boolean;
  /** Whether the protection wants the base's latest commit in the head. */
  readonly isStrict: boolean;
}

export type FirstMove =
  | 'merged'
  | 'closed'
  | 'edited'
  | 'other-base'
  | 'branch-gone'
  | 'regate'
  | 'rival'
  | 'await-push'
  | 'rebase'
  | 'go-on';

/** The first thing that is not as it should be, in the order of docs/states.md. */
export function firstMove(standing: Standing): FirstMove {
  const { pullRequest, isEdited, isRetargeted, hasBranch, missing, hasRival, isLagging } = standing;
  if (pullRequest?.state === 'merged') return 'merged';
  if (pullRequest?.state === 'closed') return 'closed';
  if (isEdited) return 'edited';
  if (isRetargeted) return 'other-base';
  if (!hasBranch) return 'branch-gone';
  if (missing.length > 0) return 'regate';
  if (pullRequest === null) return hasRival ? 'rival' : 'go-on';
  if (isLagging) return 'await-push';
  return needsRebase(pullRequest, standing) ? 'rebase' : 'go-on';
}

/** Whether the head has to be put onto the base before anybody looks further. */
export function needsRebase(
  { mergeability }: Pick<PullRequest, 'mergeability'>,
  { isStrict }: Pick<Standing, 'isStrict'>,
): boolean {
  return mergeability === 'conflict' || (mergeability === 'behind' && isStrict);
}
