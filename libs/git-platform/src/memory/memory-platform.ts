import type { GitPlatform } from '../git-platform.ts';
import { createMemoryAccounts, type MemoryAccounts } from './memory-accounts.ts';
import { createMemoryBranches, type MemoryBranches } from './memory-branches.ts';
import { createMemoryChecks, type MemoryChecks } from './memory-checks.ts';
import { createMemoryComments, type MemoryComments } from './memory-comments.ts';
import { createMemoryIssues, type MemoryIssues } from './memory-issues.ts';
import { createMemoryMerging, type MemoryMerging } from './memory-merging.ts';
import { createMemoryPullRequests, type MemoryPullRequests } from './memory-pull-requests.ts';
import { createMemoryReviews, type MemoryReviews } from './memory-reviews.ts';
import { createMemoryState } from './memory-state.ts';

/** What a test does to the platform behind the back of what it tests. */
type MemoryControls = MemoryAccounts &
  MemoryBranches &
  MemoryChecks &
  MemoryComments &
  MemoryIssues &
  MemoryMerging &
  MemoryPullRequests &
  MemoryReviews;

/** A platform for tests of what stands on the port. Commits are opaque strings. */
export interface MemoryPlatform extends GitPlatform, MemoryControls {}

export interface MemoryPlatformOptions {
  /** The name our comments carry. */
  readonly account?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export function createMemoryPlatform({
  account = 'tamma',
  now = Date.now,
}: MemoryPlatformOptions = {}): MemoryPlatform {
  const state = createMemoryState(account, now);
  return {
    name: 'memory',
    cloneUrl: 'memory://repository',
    ...createMemoryAccounts(state),
    ...createMemoryIssues(state),
    ...createMemoryComments(state),
    ...createMemoryBranches(state),
    ...createMemoryPullRequests(state),
    ...createMemoryMerging(state),
    ...createMemoryChecks(state),
    ...createMemoryReviews(state),
  };
}
