import { type StopReason, statusMarker, toError, WORKING_LABEL } from '@tamma/domain';
import type { AttemptPass } from './attempt.ts';
import { type CallGuard, createCallGuard } from './call-guard.ts';
import type { ExecutorDeps } from './deps.ts';
import { guardPlatform } from './guarded-platform.ts';

/**
 * Tells the people on the issue that work stopped, and why. The record knows already, so a platform that cannot
 * be reached loses only this comment; it is logged and never undoes the commit.
 */
export async function announceStop(deps: ExecutorDeps, pass: AttemptPass, reason: StopReason): Promise<void> {
  const { head } = pass.begun;
  const platform = guardPlatform(deps.platformOf(head.project), guardOnce(deps, pass));
  const { number } = head.issue;
  // A task on its own has no issue to tell.
  if (number === 0) return;
  try {
    if ((await platform.readIssue(number)) === null) return;
    await platform.ensureComment(number, statusMarker(head.workflowId), describeStop(pass, reason));
    if (reason.kind === 'unwanted') await platform.markIssue(number, { labelsRemoved: [WORKING_LABEL] });
  } catch (thrown) {
    const fields = { workflowId: head.workflowId, issue: number, error: toError(thrown).message };
    deps.logger.warn(fields, 'issue not told that work stopped');
  }
}

/** No retries: the worker has other work to do than to wait for a platform. */
function guardOnce({ books, now }: ExecutorDeps, { fence }: AttemptPass): CallGuard {
  return createCallGuard({
    books,
    retry: (_about, tryOnce) => tryOnce(),
    taskId: fence.taskId,
    signal: new AbortController().signal,
    assertOwner: async () => {},
    now,
  });
}

function describeStop({ begun, task }: AttemptPass, reason: StopReason): string {
  const where = `workflow \`${begun.head.workflowId}\`, step ${task.payload.stepId}`;
  if (reason.kind === 'unwanted') return `Tamma stopped: ${reason.why} (${where}).`;
  const remedy = reason.error.remedy === undefined ? '' : `\n\nWhat to do: ${reason.error.remedy}`;
  return `Tamma needs a person: ${reason.error.message} (${where}).${remedy}`;
}
