import {
  done,
  type ErrorReport,
  escalate,
  GATES,
  gatesMissing,
  type Outcome,
  TammaError,
} from '@tamma/domain';
import type { PullRequest } from '@tamma/git-platform';
import { z } from 'zod';
import { branchSetup } from '../branch-setup/step.ts';
import { awaitApprovals } from '../delivery/await-approvals.ts';
import { baseChanged } from '../delivery/base-changed.ts';
import { readReviews } from '../delivery/read-reviews.ts';
import { takeUpRemarks } from '../delivery/take-up.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { mergeApproval } from '../merge-approval/step.ts';
import { pullRequest } from '../pull-request/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { stopIfEdited, stopIfUnwanted } from '../wanted.ts';
import { afterNoMerge, type MergeAttempt } from './after-merge.ts';
import { closeIssue } from './close-issue.ts';
import { heedChecks } from './heed-checks.ts';
import { mergeMessage } from './merge-message.ts';

const BY_HAND = 'look at the pull request, merge it by hand or close it, and abort the workflow';

const result = z.object({ mergeCommit: z.string() });
type Result = z.infer<typeof result>;

/** Merges the approved commit, believes only what the platform says afterwards, and closes the issue. */
export const mergeAndClose: Step<Result> = { handler: 'merge-and-close', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { number, headCommit } = resultFrom(context, pullRequest);
  const before = await context.platform.readPullRequest(number);
  if (isMerged(before)) return finish(context, before);
  return (await whyNot(context, { number, headCommit }, before)) ?? merge(context, { number, headCommit });
}

type Merged = PullRequest & { readonly mergeCommit: string };

function isMerged(found: PullRequest | null): found is Merged {
  return found?.state === 'merged' && found.mergeCommit !== null;
}

/** Everything that speaks against merging this commit now; null when nothing does. */
async function whyNot(
  context: StepContext,
  attempt: MergeAttempt,
  found: PullRequest | null,
): Promise<Outcome<never> | null> {
  const refusal = refuse(context, attempt.headCommit);
  if (refusal !== null) return escalate(refusal);
  const stopped = (await stopIfEdited(context)) ?? (await stopIfUnwanted(context));
  if (stopped !== null || found === null) return stopped;
  const { base } = resultFrom(context, branchSetup);
  if (found.state === 'open' && found.base !== base) return escalate(baseChanged(found, base));
  return heedPlatform(context, attempt, { author: found.author, base });
}

/** What its people and its checks say now: they may have changed their minds since it was found in order. */
async function heedPlatform(
  context: StepContext,
  attempt: MergeAttempt,
  { author, base }: Pick<PullRequest, 'author' | 'base'>,
): Promise<Outcome<never> | null> {
  const { headCommit } = attempt;
  const { remarks, approvers } = await readReviews(context, { ...attempt, author });
  const taken = await takeUpRemarks(context, remarks, headCommit);
  if (taken !== null) return taken;
  const protection = await context.platform.readProtection(base);
  const unchecked = await heedChecks(context, headCommit, protection);
  return unchecked ?? awaitApprovals(context, { approvers, headCommit, protection });
}

/** Approval and gates count for one commit only. */
function refuse(context: StepContext, headCommit: string): ErrorReport | null {
  const approval = resultFrom(context, mergeApproval);
  if (approval.subject !== headCommit) {
    const message = `the approval was given for ${approval.subject.slice(0, 7)}, not for ${headCommit.slice(0, 7)}`;
    return { code: 'APPROVAL_STALE', class: 'conflict', message, remedy: BY_HAND };
  }
  const missing = gatesMissing(headCommit, GATES, context.gates);
  if (missing.length === 0) return null;
  const message = `commit ${headCommit.slice(0, 7)} has not passed: ${missing.join(', ')}`;
  return { code: 'GATES_MISSING', class: 'conflict', message, remedy: BY_HAND };
}

async function merge(context: StepContext, attempt: MergeAttempt): Promise<Outcome<Result>> {
  const { platform, head } = context;
  const { issue } = resultFrom(context, issueIntake);
  const { method } = head.project.merge;
  const subject = { issue, number: attempt.number, workflowId: head.workflowId };
  const answer = await platform.mergePullRequest({
    ...attempt,
    message: mergeMessage(method, subject),
    method,
  });
  const after = await platform.readPullRequest(attempt.number);
  return isMerged(after) ? finish(context, after) : afterNoMerge(context, answer, attempt);
}

async function finish(context: StepContext, merged: Merged): Promise<Outcome<Result>> {
  const { number, mergeCommit } = merged;
  await context.tell({ type: 'PR.MERGED.SUCCESS', data: { number, mergeCommit } });
  await context.progress(60, `merged as ${mergeCommit.slice(0, 7)}`);
  await closeIssue(context, mergeCommit);
  if (context.head.project.merge.deleteBranch) await deleteBranch(context, merged.headCommit);
  return done({ mergeCommit });
}

/** A branch that the platform will not have deleted does not undo the merge. */
async function deleteBranch(context: StepContext, headCommit: string): Promise<void> {
  const { branch } = resultFrom(context, branchSetup);
  try {
    await context.platform.deleteBranch(branch, headCommit);
  } catch (thrown) {
    const isRefused = thrown instanceof TammaError && REFUSALS.includes(thrown.class);
    if (!isRefused) throw thrown;
    await context.progress(90, `the branch ${branch} stays: ${thrown.message}`);
  }
}

const REFUSALS: readonly string[] = ['authentication', 'validation', 'conflict'];
