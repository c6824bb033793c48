import { openStepOf, taskIdOf, toError, type WorkflowState } from '@tamma/domain';
import type { FlowQueue } from '@tamma/queue';
import type { RecordReader } from '@tamma/store';
import { readAll } from '../use-cases/read-all.ts';

export interface WakingOptions {
  readonly reader: RecordReader;
  readonly queue: FlowQueue;
  /** Told of each workflow that could not be woken; it is tried again with the next pass. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

/**
 * Wakes tasks whose person has spoken. Whoever took the decision wakes them as well; but between the decision and
 * that there may be a crash, or the task may park a moment later.
 */
export function createWaking({ reader, queue, onFailure }: WakingOptions): { runOnce(): Promise<void> } {
  return {
    runOnce: async () => {
      for (const state of await readAll(reader, { status: 'running' })) {
        try {
          if (mayHaveMissedItsCall(state)) await wake(queue, state);
        } catch (thrown) {
          onFailure(state.id, toError(thrown));
        }
      }
    },
  };
}

/** It waits for a worker, and not for a time: what is queued is left alone by the queue, and what is not is woken. */
function mayHaveMissedItsCall({ waitingFor }: WorkflowState): boolean {
  return waitingFor?.reason === 'worker' && waitingFor.until === null;
}

async function wake(queue: FlowQueue, state: WorkflowState): Promise<void> {
  const step = openStepOf(state);
  if (step === null) return;
  const task = { taskId: taskIdOf(state.id, step.id, step.round), capability: step.capability };
  // Parked, and its person has decided; or stopped for good, and a person had it tried again.
  if (step.status === 'scheduled') await queue.promote(task);
  if (step.status === 'pending' && (await queue.readStatus(task)) === 'failed') await queue.retry(task);
}
