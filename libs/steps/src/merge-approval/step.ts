import { done, type Outcome, unwanted } from '@tamma/domain';
import { type ApprovalResult, approvalResultSchema, approve, findDecision } from '../approval.ts';
import { readReviews } from '../delivery/read-reviews.ts';
import type { Remark } from '../delivery/remarks.ts';
import { renderRemarks } from '../delivery/render-remarks.ts';
import { noteTaken, takeUpRemarks } from '../delivery/take-up.ts';
import { planGeneration } from '../plan-generation/step.ts';
import { pullRequest } from '../pull-request/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { stopIfEdited } from '../wanted.ts';

/**
 * Agrees to merge one exact commit, by policy for what the project lets pass, by a person for all else: here, or by an
 * approving review of that commit. What reviewers want changed goes back first.
 */
export const mergeApproval: Step<ApprovalResult> = {
  handler: 'merge-approval',
  result: approvalResultSchema,
  run,
};

async function run(context: StepContext): Promise<Outcome<ApprovalResult>> {
  const { number, headCommit } = resultFrom(context, pullRequest);
  const found = await context.platform.readPullRequest(number);
  if (found?.state === 'merged') return done({ by: 'whoever merged it by hand', subject: headCommit });
  if (found?.state === 'closed') return unwanted(`pull request #${number} was closed by a person`);
  const edited = await stopIfEdited(context);
  if (edited !== null) return edited;
  return decide(context, { number, headCommit, author: found?.author ?? '' });
}

interface Subject {
  readonly number: number;
  readonly headCommit: string;
  /** Whoever opened the pull request. */
  readonly author: string;
}

async function decide(context: StepContext, subject: Subject): Promise<Outcome<ApprovalResult>> {
  const { headCommit } = subject;
  const { risk } = resultFrom(context, planGeneration);
  const { remarks, objectors, approvers } = await readReviews(context, subject);
  const question = { kind: 'merge', risk, subject: headCommit, objectors, approvers } as const;
  const decision = findDecision(context, question)?.decision;
  if (decision !== 'reject' && decision !== 'edit') {
    const taken = await takeUpRemarks(context, remarks, headCommit);
    if (taken !== null) return taken;
  }
  const outcome = await approve(context, question);
  if (decision === 'edit' && outcome.kind === 'wait') await addRemarks(context, remarks, headCommit);
  return outcome;
}

/** What a person sends back here goes with all that the reviewers have left until now. */
async function addRemarks(
  context: StepContext,
  remarks: readonly Remark[],
  headCommit: string,
): Promise<void> {
  if (remarks.length === 0) return;
  const wish = (await context.readArtifact('REVIEW.md')) ?? '';
  context.writeArtifact('REVIEW.md', `${wish}\n${renderRemarks(remarks)}`);
  await noteTaken(context, remarks, headCommit);
}
