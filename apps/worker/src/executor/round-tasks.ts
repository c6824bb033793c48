import type { WorkflowHead } from '@tamma/contracts';
import { queuePriority, type Round, taskIdOf } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';

/** The tasks of a round in running order. The same round always gives the same ids. */
export function roundTasks({ workflowId, score, template }: WorkflowHead, round: Round): readonly FlowTask[] {
  return round.steps.flatMap((stepId) => {
    const step = template.steps.find((one) => one.id === stepId);
    if (step === undefined) return [];
    const taskId = taskIdOf(workflowId, stepId, round.number);
    const payload = { workflowId, taskId, stepId, round: round.number };
    const priority = queuePriority(score, step.index, round.number);
    return [{ taskId, capability: step.capability, payload, priority }];
  });
}
