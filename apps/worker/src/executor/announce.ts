import { type StopReason, statusMarker, toError, WORKING_LABEL } from '@tamma/domain';
import type { AttemptPass } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';

/**
 * Tells the people on the issue that work stopped, and why. The record knows already, so a platform that cannot
 * be reached loses only this comment; it is logged and never undoes the commit.
 */
export async function announceStop(deps: ExecutorDeps, pass: AttemptPass, reason: StopReason): Promise<void> {
  const { head } = pass.begun;
  const platform = deps.platformOf(head.project);
  const { number } = head.issue;
  try {
    if ((await platform.readIssue(number)) === null) return;
    await platform.ensureComment(number, statusMarker(head.workflowId), describeStop(pass, reason));
    if (reason.kind === 'unwanted') await platform.markIssue(number, { labelsRemoved: [WORKING_LABEL] });
  } catch (thrown) {
    const fields = { workflowId: head.workflowId, issue: number, error: toError(thrown).message };
    deps.logger.warn(fields, 'issue not told that work stopped');
  }
}

function describeStop({ begun, task }: AttemptPass, reason: StopReason): string {
  const where = `workflow \`${begun.head.workflowId}\`, step ${task.payload.stepId}`;
  if (reason.kind === 'unwanted') return `Tamma stopped: ${reason.why} (${where}).`;
  const remedy = reason.error.remedy === undefined ? '' : `\n\nWhat to do: ${reason.error.remedy}`;
  return `Tamma needs a person: ${reason.error.message} (${where}).${remedy}`;
}
