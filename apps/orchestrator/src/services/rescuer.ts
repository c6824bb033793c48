import { openStepOf, type StepState, taskIdOf, toError, type WorkflowState } from '@tamma/domain';
import type { FlowQueue, QueuedTask } from '@tamma/queue';
import type { RecordReader } from '@tamma/store';
import { readAll } from '../use-cases/read-all.ts';
import type { Census } from './census.ts';

/** Failed tasks of one queue that are looked through for when ours failed. */
const FAILED_MAX = 1000;

export interface RescuerOptions {
  readonly reader: RecordReader;
  readonly queue: FlowQueue;
  readonly census: Census;
  /** Told of each workflow that could not be woken; it is tried again with the next pass. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

/**
 * Wakes tasks whose person has spoken: decided, had it tried again, or lifted a suspension. Whoever took that word wakes
 * them as well; but between the two there may be a crash, or the task may park a moment later.
 */
export function createRescuer(options: RescuerOptions): { runOnce(): Promise<void> } {
  const { reader, queue, census, onFailure } = options;
  return {
    runOnce: async () => {
      const running = await readAll(reader, { status: 'running' });
      census.note('running', running);
      const held = running.flatMap((state) => findHeld(state) ?? []);
      const statuses = await queue.readStatuses(held.map(({ task }) => task));
      for (const [place, one] of held.entries()) {
        try {
          const status = statuses[place];
          if (status === 'scheduled') await queue.promote(one.task);
          if (status === 'failed' && (await wasTriedAgain(queue, one))) await queue.retry(one.task);
        } catch (thrown) {
          onFailure(one.state.id, toError(thrown));
        }
      }
    },
  };
}

interface Held {
  readonly state: WorkflowState;
  readonly step: StepState;
  readonly task: QueuedTask;
}

/**
 * The task of a workflow that waits for a worker, and not for a time: what is queued is left alone, and what is not is
 * woken. Null when it waits for something else.
 */
function findHeld(state: WorkflowState): Held | null {
  const { waitingFor } = state;
  const step = openStepOf(state);
  if (waitingFor?.reason !== 'worker' || waitingFor.until !== null || step === null) return null;
  const task = { taskId: taskIdOf(state.id, step.id, step.round), capability: step.capability };
  return { state, step, task };
}

/** A failure that came after that word is news, and for the reconciler: it must not be tried again for ever. */
async function wasTriedAgain(queue: FlowQueue, { state, step, task }: Held): Promise<boolean> {
  if (step.status !== 'pending') return false;
  const failed = await queue.listFailed(task.capability, FAILED_MAX);
  const ours = failed.find(({ taskId }) => taskId === task.taskId);
  return ours !== undefined && ours.failedAt <= Date.parse(state.waitingFor?.since ?? '');
}
