import type { WorkflowHead } from '@tamma/contracts';
import { queuePriority, type Round, taskIdOf } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import { spineOf } from '@tamma/workflow';

export interface TasksLeftRequest {
  readonly head: WorkflowHead;
  /** Oldest first. */
  readonly rounds: readonly Round[];
  /** Whether a task has come to its end. */
  readonly isDone: (taskId: string) => boolean;
}

/**
 * The tasks that have still to run, in the order in which they will: the steps of a round come before the task that
 * asked for it. As a chain they are what is left of the flow.
 */
export function tasksLeftOf(request: TasksLeftRequest): readonly FlowTask[] {
  return spineOf(request.head).flatMap((task) => (request.isDone(task.taskId) ? [] : expand(request, task)));
}

/** Rounds are numbered in the order in which they are asked for, so none can ask for itself again. */
function expand(request: TasksLeftRequest, task: FlowTask): readonly FlowTask[] {
  const { head, rounds, isDone } = request;
  const own = rounds.filter((round) => round.askedBy === task.taskId && round.number > task.payload.round);
  const before = own.flatMap((round) =>
    tasksOfRound(head, round).flatMap((one) => (isDone(one.taskId) ? [] : expand(request, one))),
  );
  return [...before, task];
}

function tasksOfRound({ workflowId, score, template }: WorkflowHead, round: Round): readonly FlowTask[] {
  return round.steps.flatMap((stepId) => {
    const step = template.steps.find(({ id }) => id === stepId);
    if (step === undefined) return [];
    const taskId = taskIdOf(workflowId, stepId, round.number);
    const payload = { workflowId, taskId, stepId, round: round.number };
    return [
      {
        taskId,
        capability: step.capability,
        payload,
        priority: queuePriority(score, step.index, round.number),
      },
    ];
  });
}
