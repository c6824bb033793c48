import { toError, type WorkflowState } from '@tamma/domain';
import type { RecordReader } from '@tamma/store';
import { type CancelDeps, cancelWorkflow } from '../use-cases/cancel-workflow.ts';
import { readAll } from '../use-cases/read-all.ts';

export interface TimeoutsOptions extends CancelDeps {
  readonly reader: RecordReader;
  /** Told of each workflow that could not be ended; it is tried again with the next pass. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

/** Ends what waited for a person until its deadline: an escalation that nobody answered is cancelled. */
export function createTimeouts(options: TimeoutsOptions): { runOnce(): Promise<void> } {
  return {
    runOnce: async () => {
      for (const state of await readAll(options.reader, { status: 'paused' })) {
        if (!isOverdue(state, options.now())) continue;
        const why = `nobody answered the escalation in time: ${state.waitingFor?.why ?? ''}`;
        try {
          await cancelWorkflow(options, { workflowId: state.id, why, person: null });
        } catch (thrown) {
          options.onFailure(state.id, toError(thrown));
        }
      }
    },
  };
}

/** The task of a question watches its own deadline; an escalation has nothing left in the queue that could wake it. */
function isOverdue({ waitingFor, approval }: WorkflowState, nowMs: number): boolean {
  if (waitingFor?.reason !== 'human' || waitingFor.until === null) return false;
  return approval === null && Date.parse(waitingFor.until) <= nowMs;
}
