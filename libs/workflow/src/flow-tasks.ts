import type { PlannedStep, TaskPayload } from '@tamma/contracts';
import { type Capability, queuePriority, taskIdOf } from '@tamma/domain';

/** One task of a flow, in the form the queue port takes. */
export interface SpineTask {
  readonly taskId: string;
  readonly capability: Capability;
  readonly payload: TaskPayload;
  readonly priority: number;
}

/** The spine of a workflow: its steps in running order, as tasks. The same workflow always gives the same ids. */
export function spineOf(
  workflowId: string,
  score: number,
  steps: readonly PlannedStep[],
): readonly SpineTask[] {
  return steps.map((step) => {
    const taskId = taskIdOf(workflowId, step.id);
    return {
      taskId,
      capability: step.capability,
      payload: { workflowId, taskId, stepId: step.id, round: 0 },
      priority: queuePriority(score, step.index, 0),
    };
  });
}
