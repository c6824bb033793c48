import { type StopReason, toError, WORKING_LABEL } from '@tamma/domain';
import type { AttemptPass } from './attempt.ts';
import { type CallGuard, createCallGuard } from './call-guard.ts';
import type { ExecutorDeps } from './deps.ts';
import { guardPlatform } from './guarded-platform.ts';

/**
 * Takes our mark off an issue that nobody works on any more; what there is to say the orchestrator says. The record
 * knows already, so a platform that cannot be reached is logged and never undoes the commit: the orchestrator looks
 * after the mark once more when it takes the workflow away.
 */
export async function releaseMark(deps: ExecutorDeps, pass: AttemptPass, reason: StopReason): Promise<void> {
  const { head } = pass.begun;
  const { number } = head.issue;
  // Who waits for a person still works on it; a task on its own has no issue.
  if (reason.kind === 'escalate' || number === 0) return;
  const platform = guardPlatform(deps.platformOf(head.project), guardOnce(deps, pass));
  try {
    if ((await platform.readIssue(number)) === null) return;
    await platform.markIssue(number, { labelsRemoved: [WORKING_LABEL] });
  } catch (thrown) {
    const fields = { workflowId: head.workflowId, issue: number, error: toError(thrown).message };
    deps.logger.warn(fields, 'mark not taken off the issue');
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
