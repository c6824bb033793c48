import { isAnotherRequest, judgeEligibility, type Outcome, unwanted } from '@tamma/domain';
import { issueIntake } from './issue-intake/step.ts';
import { resultFrom, type StepContext } from './step.ts';

/** Whether the issue asks for something else than intake read; one that is gone asks for nothing new. */
export async function isEdited(context: StepContext): Promise<boolean> {
  const { issue: before } = resultFrom(context, issueIntake);
  const now = await context.platform.readIssue(before.number);
  return now !== null && isAnotherRequest(before, now);
}

/** What was decided and checked for the old text is void. */
export async function stopAsEdited(context: StepContext): Promise<Outcome<never>> {
  const { number: issue } = context.head.issue;
  const why = `the issue was edited: what was decided and checked was for the old text of #${issue}`;
  await context.tell({ type: 'ISSUE.EDITED.SUCCESS', data: { issue, why } });
  return unwanted(why);
}

/** Stops the work when somebody edited the issue; null while it asks for the same. */
export async function stopIfEdited(context: StepContext): Promise<Outcome<never> | null> {
  return (await isEdited(context)) ? stopAsEdited(context) : null;
}

/** Stops the work when people took it back: the issue was closed or deleted, or lost what made it eligible. Null while it is wanted. */
export async function stopIfUnwanted({ platform, head }: StepContext): Promise<Outcome<never> | null> {
  const issue = await platform.readIssue(head.issue.number);
  if (issue === null) return unwanted(`issue #${head.issue.number} is gone`);
  const { account, eligibility } = head.project;
  const question = {
    issue,
    rules: eligibility,
    fingerprint: '',
    self: account,
    earlier: null,
    around: null,
  };
  const { eligible, reasons } = judgeEligibility(question);
  return eligible ? null : unwanted(`issue #${issue.number} is no longer wanted: ${reasons.join('; ')}`);
}
