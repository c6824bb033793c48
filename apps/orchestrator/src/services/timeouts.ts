import { toError, type WorkflowState } from '@tamma/domain';
import type { RecordReader } from '@tamma/store';
import { type CancelDeps, cancelWorkflow } from '../use-cases/cancel-workflow.ts';

const PAGE = 100;
/** Pages one pass reads at most; paused workflows beyond wait for the next pass. */
const PAGES_MAX = 50;

export interface TimeoutsOptions extends CancelDeps {
  readonly reader: RecordReader;
  /** Told of each workflow that could not be ended; it is tried again with the next pass. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

/** Ends what waited for a person until its deadline: an escalation that nobody answered is cancelled. */
export function createTimeouts(options: TimeoutsOptions): { runOnce(): Promise<void> } {
  return {
    runOnce: async () => {
      for (const state of await listPaused(options.reader)) {
        if (!isOverdue(state, options.now())) continue;
        const why = `nobody answered the escalation in time: ${state.waitingFor?.why ?? ''}`;
        try {
          await cancelWorkflow(options, state.id, why);
        } catch (thrown) {
          options.onFailure(state.id, toError(thrown));
        }
      }
    },
  };
}

/** Parked tasks watch their own deadline; an escalation has nothing left in the queue that could wake it. */
function isOverdue(state: WorkflowState, nowMs: number): boolean {
  if (state.waitingFor?.reason !== 'human' || state.waitingFor.until === null) return false;
  const isParked = state.steps.some((step) => step.status === 'scheduled');
  return !isParked && Date.parse(state.waitingFor.until) <= nowMs;
}

async function listPaused(reader: RecordReader): Promise<WorkflowState[]> {
  const states: WorkflowState[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const cursor: { after?: string } = after === null ? {} : { after };
    const list = await reader.listWorkflows({ status: 'paused', limit: PAGE, ...cursor });
    states.push(...list.items);
    after = list.next;
    if (after === null) break;
  }
  return states;
}
