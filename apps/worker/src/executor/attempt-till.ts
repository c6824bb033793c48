import { budgetScopesOf } from '@tamma/domain';
import type { AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';
import { tellAnyway } from './tell-anyway.ts';
import { createTill, type Till } from './till.ts';

/** Pays for the calls of one attempt out of the budgets of its task, workflow, project and day. */
export function tillOf(deps: ExecutorDeps, request: AttemptRequest): Till {
  const { fence, begun } = request;
  const { project } = begun.head;
  let calls = 0;
  const nextId = () => {
    calls += 1;
    return `${fence.taskId}.${fence.attempt}.${calls}`;
  };
  const scopes = () =>
    budgetScopesOf({
      workflowId: fence.workflowId,
      taskId: fence.taskId,
      project: project.id,
      nowMs: deps.now(),
      limits: project.budgets,
      dayLimit: deps.dayBudgetUsd,
    });
  const { budgets, now, logger } = deps;
  return createTill({
    budgets,
    scopes,
    nextId,
    tell: (fact) => tellAnyway(deps, request, fact),
    now,
    logger,
  });
}
