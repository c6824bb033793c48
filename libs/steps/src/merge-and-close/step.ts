import {
  done,
  type ErrorReport,
  escalate,
  GATES,
  gatesMissing,
  type Outcome,
  statusMarker,
  WORKING_LABEL,
} from '@tamma/domain';
import { z } from 'zod';
import { branchSetup } from '../branch-setup/step.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { mergeApproval } from '../merge-approval/step.ts';
import { pullRequest } from '../pull-request/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';

const result = z.object({ mergeCommit: z.string() });
type Result = z.infer<typeof result>;

/** Merges the approved commit, believes only what the platform says afterwards, and closes the issue. */
export const mergeAndClose: Step<Result> = { handler: 'merge-and-close', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { number, headCommit } = resultFrom(context, pullRequest);
  const refusal = refuse(context, headCommit);
  if (refusal !== null) return escalate(refusal);

  const { issue } = resultFrom(context, issueIntake);
  const message = `Merge pull request #${number}: ${issue.title}\n\nCloses #${issue.number}.`;
  const merged = await context.platform.mergePullRequest({ number, headCommit, message });
  if (merged.kind === 'refused') return escalate(mergeRefused(number, merged));

  const after = await context.platform.readPullRequest(number);
  if (after?.state !== 'merged' || after.mergeCommit === null) return escalate(notMerged(number));
  const { mergeCommit } = after;
  await context.tell({ type: 'PR.MERGED.SUCCESS', data: { number, mergeCommit } });
  await context.progress(60, `merged as ${mergeCommit.slice(0, 7)}`);
  await closeIssue(context, { number, mergeCommit, headCommit });
  return done({ mergeCommit });
}

/** Approval and gates count for one commit only. */
function refuse(context: StepContext, headCommit: string): ErrorReport | null {
  const approval = resultFrom(context, mergeApproval);
  if (approval.subject !== headCommit) {
    const message = `the approval was given for ${approval.subject.slice(0, 7)}, not for ${headCommit.slice(0, 7)}`;
    return { code: 'APPROVAL_STALE', class: 'conflict', message };
  }
  const missing = gatesMissing(headCommit, GATES, context.gates);
  if (missing.length === 0) return null;
  const message = `commit ${headCommit.slice(0, 7)} has not passed: ${missing.join(', ')}`;
  return { code: 'GATES_MISSING', class: 'conflict', message };
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
  return { code: 'NOT_MERGED', class: 'conflict', message };
}

async function closeIssue(
  context: StepContext,
  merge: { number: number; mergeCommit: string; headCommit: string },
): Promise<void> {
  const { platform, head } = context;
  const issue = head.issue.number;
  const { branch, base } = resultFrom(context, branchSetup);
  const body = `Done: merged into ${base} by pull request #${merge.number} as commit ${merge.mergeCommit} (workflow \`${head.workflowId}\`).`;
  await platform.ensureComment(issue, statusMarker(head.workflowId), body);
  await platform.markIssue(issue, { labelsRemoved: [WORKING_LABEL] });
  await platform.closeIssue(issue);
  await platform.deleteBranch(branch, merge.headCommit);
  await context.tell({ type: 'ISSUE.CLOSED.SUCCESS', data: { issue, mergeCommit: merge.mergeCommit } });
}
