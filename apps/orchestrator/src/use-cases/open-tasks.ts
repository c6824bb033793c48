import { type StepState, taskIdOf, type WorkflowState } from '@tamma/domain';
import type { FlowQueue, QueuedTask } from '@tamma/queue';

export interface OpenTask extends QueuedTask {
  /** Place of its step in the workflow, from zero. */
  readonly index: number;
  readonly round: number;
}

interface QueueDeps {
  readonly queue: FlowQueue;
}

export function taskOf({ id }: WorkflowState, step: StepState): QueuedTask {
  return { taskId: taskIdOf(id, step.id, step.round), capability: step.capability };
}

/** The tasks of a workflow that have no outcome yet: those of its spine, and those of the round that is open. */
export function openTasksOf(state: WorkflowState): readonly OpenTask[] {
  return state.steps.flatMap((step, index) =>
    step.status === 'completed' || step.status === 'cancelled'
      ? []
      : [{ ...taskOf(state, step), index, round: step.round }],
  );
}

/** Has every parked task look again. What waits for something else parks again, its deadline unmoved. */
export async function wakeParked({ queue }: QueueDeps, state: WorkflowState): Promise<number> {
  const tasks = openTasksOf(state);
  const statuses = await queue.readStatuses(tasks);
  const parked = tasks.filter((_, index) => statuses[index] === 'scheduled');
  const woken = await Promise.all(parked.map((task) => queue.promote(task)));
  return woken.filter((isWoken) => isWoken).length;
}

/** Queues a step's task that the record shows as tried again, and the queue as stopped; false when there is none. */
export function queueStopped({ queue }: QueueDeps, state: WorkflowState, step: StepState): Promise<boolean> {
  return queue.retry(taskOf(state, step));
}
