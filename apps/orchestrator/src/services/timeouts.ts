import type { WorkflowState } from '@tamma/domain';
import type { RecordReader } from '@tamma/store';
import { type CancelDeps, cancelWorkflow } from '../use-cases/cancel-workflow.ts';

const PAGE = 100;
/** Pages one pass reads at most; paused workflows beyond wait for the next pass. */
const PAGES_MAX = 50;

export interface TimeoutsOptions extends CancelDeps {
  readonly reader: RecordReader;
}

/** Ends what waited for a person until its deadline: an escalation that nobody answered is cancelled. */
export function createTimeouts(options: TimeoutsOptions): { runOnce(): Promise<void> } {
  return {
    runOnce: async () => {
      for (const state of await listPaused(options.reader)) {
        if (!isOverdue(state, options.now())) continue;
        const why = `nobody answered the escalation in time: ${state.waitingFor?.why ?? ''}`;
        await cancelWorkflow(options, state.id, why);
      }
    },
  };
}

/** Parked tasks watch their own deadline; only a failed step has nothing left in the queue that could wake it. */
function isOverdue(state: WorkflowState, nowMs: number): boolean {
  const until = state.waitingFor?.until;
  const hasFailed = state.steps.some((step) => step.status === 'failed');
  return hasFailed && until !== null && until !== undefined && Date.parse(until) <= nowMs;
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
