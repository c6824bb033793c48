import { closingReferences, GATES, gatesMissing, isAtLeast } from '@tamma/domain';
import type { Protection, PullRequest } from '@tamma/git-platform';
import { branchSetup } from '../branch-setup/step.ts';
import { codeReview } from '../code-review/step.ts';
import { readRecord } from '../delivery/record.ts';
import { isSameAccount } from '../delivery/same-account.ts';
import { resultFrom, type StepContext } from '../step.ts';
import { isEdited } from '../wanted.ts';
import type { Standing } from './first-move.ts';

interface Found {
  /** The one of our branch, in whatever state; null when none is known. */
  readonly pullRequest: PullRequest | null;
  /** Another open one that closes the issue; looked for only while there is none of ours. */
  readonly rival: PullRequest | null;
}

/** Everything that the first move is decided from. */
export interface Look extends Found {
  readonly branch: string;
  readonly base: string;
  /** Empty when the branch is gone. */
  readonly headCommit: string;
  readonly protection: Protection;
  readonly standing: Standing;
}

export async function look(context: StepContext): Promise<Look> {
  const { platform } = context;
  const { branch, base } = resultFrom(context, branchSetup);
  const found = await findPullRequest(context, branch);
  const headCommit = (await platform.readBranch(branch)) ?? '';
  const protection = await platform.readProtection(base);
  const { pullRequest, rival } = found;
  const standing = {
    pullRequest,
    isEdited: await isEdited(context),
    isRetargeted: pullRequest !== null && pullRequest.base !== base,
    hasBranch: headCommit !== '',
    missing: missingOn(context, headCommit),
    hasRival: rival !== null,
    isLagging: isLagging(context, pullRequest, headCommit),
    isStrict: protection.isStrict,
  };
  return { branch, base, headCommit, protection, standing, ...found };
}

/** A push may take a moment to show; what the platform says of an earlier head counts for nothing. */
function isLagging({ lastWait }: StepContext, found: PullRequest | null, headCommit: string): boolean {
  if (found === null || found.headCommit === headCommit) return false;
  return !(lastWait?.on === 'ci' && lastWait.key === pushKey(headCommit) && lastWait.isOver);
}

/** What is waited for while the pull request does not show this head. */
export function pushKey(headCommit: string): string {
  return `${headCommit}:push`;
}

/** Ours is the one on record, or the open one of our branch that an attempt before us made. */
async function findPullRequest(context: StepContext, branch: string): Promise<Found> {
  const { platform } = context;
  const { number } = await readRecord(context);
  const known = number === null ? null : await platform.readPullRequest(number);
  if (known !== null) return { pullRequest: known, rival: null };
  const open = await platform.listOpenPullRequests();
  const own = open.find(({ head, isFromFork }) => head === branch && !isFromFork);
  if (own !== undefined) return { pullRequest: await platform.readPullRequest(own.number), rival: null };
  return { pullRequest: null, rival: await findRival(context, open) };
}

/** Whoever may not steer work here stops none by opening a pull request. */
async function findRival(context: StepContext, open: readonly PullRequest[]): Promise<PullRequest | null> {
  const { platform, head } = context;
  const { eligibility, people, account } = head.project;
  if (!eligibility.skipWithPullRequest || open.length === 0) return null;
  const { fullName } = await platform.readRepository();
  const closing = open.filter(
    ({ title, body, author }) =>
      !isSameAccount(author, account) &&
      closingReferences(`${title}\n${body}`, fullName).includes(head.issue.number),
  );
  for (const one of closing.slice(0, RIVALS_MAX)) {
    if (isAtLeast(await platform.readRole(one.author), people.operate)) return one;
  }
  return null;
}

/** Pull requests whose authors are looked up. */
const RIVALS_MAX = 10;

/** What a commit still needs before it may be delivered: gates, and the review; empty when it has all. */
function missingOn(context: StepContext, commit: string): readonly string[] {
  const review = resultFrom(context, codeReview);
  const isReviewed = review.commit === null || review.commit === commit;
  return [...gatesMissing(commit, GATES, context.gates), ...(isReviewed ? [] : ['review'])];
}
