import { PICK_UPS_MAX, reportError } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { AttemptStart } from './attempt.ts';
import { commitSettlement, NOTHING_GATHERED } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { settleEscalation } from './settle-escalation.ts';

/** Without a readable head the workflow's own deadline is not known. */
const ESCALATION_DEADLINE_MS = 7 * 24 * 3_600_000;

/**
 * What is thrown past the step is trouble of the engine itself. The queue parks the task and tries again, which
 * sits out an outage; what no retry can help, or many did not, ends with an escalation instead of going round.
 */
export async function stopBroken(deps: ExecutorDeps, start: AttemptStart, thrown: unknown): Promise<Fate> {
  const { task, fence, teller } = start;
  const error = reportError(thrown);
  deps.logger.warn({ ...fence, code: error.code, error: error.message }, 'attempt broke');
  if (error.class !== 'validation' && !(await isCrashLoop(deps, start))) throw thrown;
  const { failures } = task;
  const settlement = settleEscalation(
    { teller, failures, nowMs: deps.now(), escalationDeadlineMs: ESCALATION_DEADLINE_MS },
    error,
  );
  return commitSettlement(deps, fence, { settlement, ...NOTHING_GATHERED });
}

/** A task that waited for people often has been picked up often; that proves nothing. */
async function isCrashLoop({ hashes }: ExecutorDeps, { task, fence }: AttemptStart): Promise<boolean> {
  if (task.attempt <= PICK_UPS_MAX) return false;
  // What cannot be read excuses nothing; while Redis is away the commit fails too, and the queue tries again.
  const begun = await hashes.begin(fence, []).catch(() => null);
  // It parks, each time, and how often it did is not read here.
  if (begun?.kind === 'suspended') return false;
  const excused = begun?.kind === 'begun' ? begun.pickUpsExcused : 0;
  return task.attempt - excused > PICK_UPS_MAX;
}
