import { type Check, judgeChecks, type Review, standingReviews } from '@tamma/domain';
import type { MergeMethod, MergeResult } from '../git-platform.ts';
import { refusal } from '../merge-decision.ts';
import { oneLine } from './one-line.ts';
import type { BranchRules } from './protection-records.ts';
import { type PullRequestRecord, presentPullRequest } from './pull-request-record.ts';

/** Names of checks that are spelled out. */
const NAMES_MAX = 10;
/** States in which GitHub merges for everybody who may push. `unstable`: what is red is not demanded. */
const OPEN_STATES: readonly string[] = ['clean', 'unstable', 'has_hooks'];

export function isOpenToMerge({ mergeable_state }: PullRequestRecord): boolean {
  return OPEN_STATES.includes(mergeable_state ?? '');
}

/** What the pull request itself shows that keeps it from being merged; null when nothing does. */
export function obstacleOfRecord(record: PullRequestRecord, method: MergeMethod): MergeResult | null {
  const { mergeability, head, base } = presentPullRequest(record);
  if (mergeability === 'conflict') return refusal('conflict', `"${head}" conflicts with "${base}"`);
  if (mergeability === 'behind') {
    return refusal('base-moved', `"${head}" has to hold the latest commit of "${base}"`);
  }
  if (method === 'rebase' && record.rebaseable === false) {
    return refusal('conflict', `the commits of "${head}" conflict with "${base}" one by one`);
  }
  return null;
}

export interface RuledFacts {
  readonly rules: BranchRules;
  readonly method: MergeMethod;
  readonly checks: readonly Check[];
  readonly reviews: readonly Review[];
  /** Its own approval counts for nothing. */
  readonly author: string;
}

/** Which rule of the base branch keeps it from being merged, as far as we see the rules; null when none does. */
export function obstacleOfRules({ rules, method, checks, reviews, author }: RuledFacts): MergeResult | null {
  if (rules.methods !== null && !rules.hasMergeQueue && !rules.methods.includes(method)) {
    return methodRefused(method, rules.methods);
  }
  return obstacleOfChecks(rules, checks) ?? obstacleOfReviews(rules, reviews, author);
}

export function methodRefused(method: MergeMethod, allowed: readonly MergeMethod[]): MergeResult {
  const instead = allowed.length === 0 ? 'none is' : `allowed: ${allowed.join(', ')}`;
  return refusal('not-allowed', `merging by "${method}" is not allowed here; ${instead} (merge.method)`);
}

function obstacleOfChecks(rules: BranchRules, checks: readonly Check[]): MergeResult | null {
  if (rules.requiredChecks.length === 0) return null;
  const { failed, awaited } = judgeChecks({ checks, required: rules.requiredChecks });
  if (failed.length > 0)
    return blocked('ci', `required checks are red: ${named(failed.map(({ name }) => name))}`);
  return awaited.length > 0 ? blocked('ci', `required checks are awaited: ${named(awaited)}`) : null;
}

function obstacleOfReviews(
  { requiredReviews }: BranchRules,
  reviews: readonly Review[],
  author: string,
): MergeResult | null {
  if (requiredReviews === 0) return null;
  const standing = standingReviews(reviews).filter((review) => review.author !== author);
  const against = standing
    .filter(({ state }) => state === 'changes-requested')
    .map((review) => review.author);
  if (against.length > 0) return blocked('review', `changes are wanted by ${named(against)}`);
  const approvals = standing.filter(({ state }) => state === 'approved').length;
  if (approvals >= requiredReviews) return null;
  return blocked('review', `${approvals} of ${requiredReviews} required approvals`);
}

/** GitHub refuses, and the rules we see do not say why: reviews of code owners, open conversations, hidden rules. */
export function obstacleUnnamed(reason: string | null): MergeResult {
  if (reason === null) {
    return blocked('review', 'GitHub shows it as blocked; its page says what is missing');
  }
  return blocked(/\bcheck/i.test(reason) ? 'ci' : 'review', reason);
}

function blocked(on: 'ci' | 'review', detail: string): MergeResult {
  return { kind: 'blocked', on, detail };
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).map((name) => oneLine(name, 100));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
