import { WORKING_LABEL } from '@tamma/domain';
import type { StepContext } from '../step.ts';

/** An issue that was deleted meanwhile does not undo the merge; there is nobody left to tell. */
export async function closeIssue({ platform, head, tell }: StepContext, mergeCommit: string): Promise<void> {
  const issue = head.issue.number;
  if ((await platform.readIssue(issue)) === null) return;
  await platform.markIssue(issue, { labelsRemoved: [WORKING_LABEL] });
  await platform.closeIssue(issue);
  await tell({ type: 'ISSUE.CLOSED.SUCCESS', data: { issue, mergeCommit } });
}
