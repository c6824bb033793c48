import type { TaskPayload, WorkflowHead } from '@tamma/contracts';
import { type Capability, queuePriority, taskIdOf } from '@tamma/domain';

/** One task of a flow, in the form the queue port takes. */
export interface SpineTask {
  readonly taskId: string;
  readonly capability: Capability;
  readonly payload: TaskPayload;
  readonly priority: number;
}

/** The spine of a workflow: its steps in running order, as tasks. The same workflow always gives the same ids. */
export function spineOf({ workflowId, score, sessionKey, template }: WorkflowHead): readonly SpineTask[] {
  return template.steps.map((step) => {
    const taskId = taskIdOf(workflowId, step.id);
    const named = { workflowId, taskId, stepId: step.id, round: 0 };
    const opens = { phase: step.phase, sessionKey: step.index === 0 ? sessionKey : null };
    return {
      taskId,
      capability: step.capability,
      payload: step.opens ? { ...named, opens } : named,
      priority: queuePriority(score, step.index, 0),
    };
  });
}
