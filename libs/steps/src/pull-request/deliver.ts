import { type Check, done, type Outcome } from '@tamma/domain';
import type { Protection, PullRequest } from '@tamma/git-platform';
import { answerRemarks } from '../delivery/answer-remarks.ts';
import { awaitApprovals } from '../delivery/await-approvals.ts';
import { readReviews } from '../delivery/read-reviews.ts';
import { readRecord, updateRecord } from '../delivery/record.ts';
import { sendBackRed, tellRed } from '../delivery/red-checks.ts';
import { takeUpRemarks } from '../delivery/take-up.ts';
import type { StepContext } from '../step.ts';
import { type ChecksMove, checksMove, waitAfterReady, waitAfterRerun } from './checks-move.ts';
import { makeReady } from './describe.ts';
import type { PullRequestResult } from './result.ts';

export interface Delivery {
  readonly pullRequest: PullRequest;
  readonly headCommit: string;
  readonly checks: readonly Check[] | null;
  readonly protection: Protection;
}

/** From an open pull request whose head is ours to one that nothing stands against: checks, draft, reviewers. */
export async function deliver(context: StepContext, delivery: Delivery): Promise<Outcome<PullRequestResult>> {
  const { pullRequest, headCommit, checks } = delivery;
  const { number, url, isDraft } = pullRequest;
  await answerRemarks(context, { number, headCommit });
  const move = await moveOf(context, delivery);
  if (move.kind !== 'pass') return carryOut(context, move, headCommit);
  if (isDraft) {
    await makeReady(context, number, headCommit);
    const { ci: settings } = context.head.project;
    if (checks !== null && settings.grace > 0) return waitAfterReady({ headCommit, settings });
  }
  await tellGreen(context, move, headCommit);
  return (await heedReviewers(context, delivery)) ?? done({ number, url, headCommit });
}

async function moveOf(
  context: StepContext,
  { checks, headCommit, protection }: Delivery,
): Promise<ChecksMove> {
  const { rerun } = await readRecord(context);
  const { lastWait, head } = context;
  const { requiredChecks: required } = protection;
  return checksMove({ checks, required, headCommit, lastWait, rerun, settings: head.project.ci });
}

type Open = Exclude<ChecksMove, { kind: 'pass' }>;

async function carryOut(context: StepContext, move: Open, headCommit: string): Promise<Outcome<never>> {
  if (move.kind === 'wait') return move.wait;
  const { failed } = move;
  await tellRed(context, failed, headCommit);
  if (move.kind === 'rerun' && (await context.platform.rerunChecks(failed))) {
    await updateRecord(context, { rerun: headCommit });
    return waitAfterRerun({ headCommit, settings: context.head.project.ci });
  }
  return sendBackRed(context, failed, headCommit);
}

/** Once for a head: while the reviewers are awaited it has been told. */
async function tellGreen(context: StepContext, move: ChecksMove, commit: string): Promise<void> {
  if (move.kind !== 'pass' || !move.isGreen || context.lastWait?.on === 'review') return;
  await context.tell({ type: 'CI.RAN.SUCCESS', data: { commit, summary: move.summary } });
}

/** Null when nobody whose word counts stands against it. */
async function heedReviewers(
  context: StepContext,
  { pullRequest, headCommit, protection }: Delivery,
): Promise<Outcome<never> | null> {
  const { number, author } = pullRequest;
  const { remarks, approvers } = await readReviews(context, { number, author, headCommit });
  const taken = await takeUpRemarks(context, remarks, headCommit);
  if (taken !== null) return taken;
  return awaitApprovals(context, { approvers, headCommit, protection });
}
