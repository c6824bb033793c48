import {
  done,
  type ErrorReport,
  escalate,
  GATES,
  gatesMissing,
  judgeEligibility,
  type Outcome,
  statusMarker,
  unwanted,
  WORKING_LABEL,
} from '@tamma/domain';
import { z } from 'zod';
import { branchSetup } from '../branch-setup/step.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { mergeApproval } from '../merge-approval/step.ts';
import { pullRequest } from '../pull-request/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';

const BY_HAND = 'look at the pull request, merge it by hand or close it, and abort the workflow';

const result = z.object({ mergeCommit: z.string() });
type Result = z.infer<typeof result>;

/** Merges the approved commit, believes only what the platform says afterwards, and closes the issue. */
export const mergeAndClose: Step<Result> = { handler: 'merge-and-close', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { number, headCommit } = resultFrom(context, pullRequest);
  const refusal = refuse(context, headCommit);
  if (refusal !== null) return escalate(refusal);

  const why = await whyUnwanted(context, number);
  if (why !== null) return unwanted(why);

  const { issue } = resultFrom(context, issueIntake);
  const message = `Merge pull request #${number}: ${issue.title}\n\nCloses #${issue.number}.`;
  const merged = await context.platform.mergePullRequest({ number, headCommit, message });
  if (merged.kind === 'refused') return escalate(mergeRefused(number, merged));

  const after = await context.platform.readPullRequest(number);
  if (after?.state !== 'merged' || after.mergeCommit === null) return escalate(notMerged(number));
  const { mergeCommit } = after;
  await context.tell({ type: 'PR.MERGED.SUCCESS', data: { number, mergeCommit } });
  await context.progress(60, `merged as ${mergeCommit.slice(0, 7)}`);
  await closeIssue(context, { number, mergeCommit });
  const { branch } = resultFrom(context, branchSetup);
  await context.platform.deleteBranch(branch, headCommit);
  return done({ mergeCommit });
}

/** People may have closed the issue or taken its label off while the work ran; a merge that happened stays one. */
async function whyUnwanted({ platform, head }: StepContext, number: number): Promise<string | null> {
  const [request, issue] = [
    await platform.readPullRequest(number),
    await platform.readIssue(head.issue.number),
  ];
  if (request?.state === 'merged' || issue === null) return null;
  const { account, eligibility } = head.project;
  const question = { issue, rules: eligibility, fingerprint: '', self: account, earlier: null };
  const { eligible, reasons } = judgeEligibility(question);
  return eligible ? null : `issue #${issue.number} is no longer wanted: ${reasons.join('; ')}`;
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

function mergeRefused(number: number, refused: { why: string; detail: string }): ErrorReport {
  return {
    code: 'MERGE_REFUSED',
    class: 'conflict',
    message: `pull request #${number} was not merged (${refused.why}): ${refused.detail}`,
    remedy: 'look at the branch and its base; nothing was merged',
  };
}

function notMerged(number: number): ErrorReport {
  const message = `the platform does not show pull request #${number} as merged`;
  const remedy = 'look at the pull request on the platform, then retry';
  return { code: 'NOT_MERGED', class: 'conflict', message, remedy };
}

/** An issue that was deleted meanwhile does not undo the merge; there is nobody left to tell. */
async function closeIssue(
  context: StepContext,
  { number, mergeCommit }: { number: number; mergeCommit: string },
): Promise<void> {
  const { platform, head } = context;
  const issue = head.issue.number;
  if ((await platform.readIssue(issue)) === null) return;
  const { base } = resultFrom(context, branchSetup);
  const body = `Done: merged into ${base} by pull request #${number} as commit ${mergeCommit} (workflow \`${head.workflowId}\`).`;
  await platform.ensureComment(issue, statusMarker(head.workflowId), body);
  await platform.markIssue(issue, { labelsRemoved: [WORKING_LABEL] });
  await platform.closeIssue(issue);
  await context.tell({ type: 'ISSUE.CLOSED.SUCCESS', data: { issue, mergeCommit } });
}
