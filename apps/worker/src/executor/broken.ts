import { PICK_UPS_MAX, reportError } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { AttemptStart } from './attempt.ts';
import { commitSettlement, NOTHING_GATHERED } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { settleEscalation } from './settlement.ts';

/** Without a readable head the workflow's own deadline is not known. */
const ESCALATION_DEADLINE_MS = 7 * 24 * 3_600_000;

/**
 * What is thrown past the step is trouble of the engine itself. The queue parks the task and tries again, which
 * sits out an outage; what no retry can help, or many did not, ends with an escalation instead of going round.
 */
export async function stopBroken(
  deps: ExecutorDeps,
  { task, fence, teller }: AttemptStart,
  thrown: unknown,
): Promise<Fate> {
  const error = reportError(thrown);
  deps.logger.warn({ ...fence, code: error.code, error: error.message }, 'attempt broke');
  if (error.class !== 'validation' && task.attempt <= PICK_UPS_MAX) throw thrown;
  const { failures } = task;
  const settlement = settleEscalation(
    { teller, failures, nowMs: deps.now(), escalationDeadlineMs: ESCALATION_DEADLINE_MS },
    error,
  );
  return commitSettlement(deps, fence, { settlement, ...NOTHING_GATHERED });
}
