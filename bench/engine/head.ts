import type { WorkflowHead } from '@tamma/contracts';
import { sessionKeyOf, workflowIdOf } from '@tamma/domain';
import { workflow } from './defaults.ts';
import { issueOf, type Workload } from './workload.ts';

const SCORE = 500;

/** The head that a claim of the issue would make. */
export function headOf({ project, plan }: Workload, number: number): WorkflowHead {
  const workflowId = workflowIdOf(project.id, number, 1);
  const issue = issueOf(number);
  return {
    workflowId,
    run: 1,
    score: SCORE,
    startedBy: null,
    sessionKey: sessionKeyOf(workflowId, Date.now()),
    project,
    issue: { ...issue, labels: [...issue.labels] },
    template: { name: plan.name, hash: plan.hash, steps: [...plan.steps] },
    escalationDeadlineMs: workflow.escalationDeadline,
    activeLimitMs: workflow.activeLimit,
    task: null,
  };
}
