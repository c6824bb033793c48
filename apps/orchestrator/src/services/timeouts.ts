import { escalationLevelAt, escalationLevelName, toError, type WorkflowState } from '@tamma/domain';
import type { RecordReader } from '@tamma/store';
import { type CancelDeps, cancelWorkflow } from '../use-cases/cancel-workflow.ts';
import { orchestratorEvent } from '../use-cases/facts.ts';
import { readAll } from '../use-cases/read-all.ts';
import type { Census } from './census.ts';

/** What waits for a slot can be suspended for weeks, and there may be many: an hour is soon enough. */
const PENDING_LOOK_MS = 3_600_000;

export interface TimeoutsOptions extends CancelDeps {
  readonly reader: RecordReader;
  readonly census: Census;
  /** Told of each workflow that could not be attended to; it is tried again with the next pass. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

/**
 * Ends what waited for a person until its deadline: an escalation that nobody answered, a suspension that nobody lifted.
 * Until then an escalation concerns more people as time passes.
 */
export function createTimeouts(options: TimeoutsOptions): { runOnce(): Promise<void> } {
  let pendingLookedAt = Number.NEGATIVE_INFINITY;

  const listPending = async (): Promise<readonly WorkflowState[]> => {
    if (options.now() - pendingLookedAt < PENDING_LOOK_MS) return [];
    const pending = await readAll(options.reader, { status: 'pending' });
    pendingLookedAt = options.now();
    return pending;
  };

  return {
    runOnce: async () => {
      const paused = await readAll(options.reader, { status: 'paused' });
      options.census.note('paused', paused);
      for (const state of [...paused, ...(await listPending())]) {
        try {
          await attend(options, state);
        } catch (thrown) {
          options.onFailure(state.id, toError(thrown));
        }
      }
    },
  };
}

async function attend(options: TimeoutsOptions, state: WorkflowState): Promise<void> {
  const why = whyOverdue(state, options.now());
  if (why === null) return raise(options, state);
  await cancelWorkflow(options, { workflowId: state.id, why, person: null });
}

/** The task of a question watches its own deadline; these have nothing in the queue that could wake them. */
function whyOverdue({ suspended, escalation, waitingFor }: WorkflowState, nowMs: number): string | null {
  // While it stands still its escalation stands still with it.
  if (suspended !== null) {
    const { until, by, why } = suspended;
    return Date.parse(until) <= nowMs ? `nobody resumed it in time; suspended by ${by}: ${why}` : null;
  }
  if (escalation === null || Date.parse(escalation.until) > nowMs) return null;
  return `nobody answered the escalation in time: ${waitingFor?.why ?? ''}`;
}

/** Told once for each level; one that was missed while nobody led is passed over. */
async function raise({ eventLog, now }: TimeoutsOptions, state: WorkflowState): Promise<void> {
  const { id: workflowId, escalation, suspended, error } = state;
  if (escalation === null || suspended !== null) return;
  const [sinceMs, untilMs, nowMs] = [Date.parse(escalation.since), Date.parse(escalation.until), now()];
  const level = escalationLevelAt({ errorClass: error?.class ?? 'unknown', sinceMs, untilMs, nowMs });
  if (level <= escalation.level) return;
  const { taskId, stepId } = escalation;
  const hours = Math.floor((nowMs - sinceMs) / 3_600_000);
  const why = `nobody answered for ${hours} h: it concerns level ${level}, ${escalationLevelName(level)}`;
  const fact = { type: 'ESCALATION.RAISED.SUCCESS', data: { level, why } } as const;
  const about = { workflowId, task: { taskId, stepId }, nowMs };
  await eventLog.appendOnce(orchestratorEvent(`${taskId}.raised.${sinceMs}.${level}`, fact, about));
}
