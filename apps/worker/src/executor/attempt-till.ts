import type { Project } from '@tamma/contracts';
import { budgetScopesOf, microUsdOf } from '@tamma/domain';
import type { AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';
import type { MoneySource } from './held-money.ts';
import { createRunTill } from './run-till.ts';
import { tellAnyway } from './tell-anyway.ts';
import { createTill, type Till } from './till.ts';

/** What a run of a program may cost where neither its agent nor the step's budget says so, in US dollars. */
const RUN_COST_MAX_USD = 5;

/** Pays for the calls of one attempt out of the budgets of its task, workflow, project and day: the till of each agent. */
export function createTills(deps: ExecutorDeps, request: AttemptRequest): (agent: string) => Till {
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
  const source: MoneySource = {
    budgets,
    scopes,
    nextId,
    tell: (fact) => tellAnyway(deps, request, fact),
    now,
    logger,
  };
  return (agent) => {
    const runCostMaxUsd = runCostMaxUsdOf(project, agent);
    return runCostMaxUsd === null ? createTill(source) : createRunTill(source, microUsdOf(runCostMaxUsd));
  };
}

/** Null: its calls are those of a model. */
function runCostMaxUsdOf({ ai, budgets }: Project, agent: string): number | null {
  const settings = Object.hasOwn(ai.agents, agent) ? ai.agents[agent] : undefined;
  if (settings?.provider !== 'command') return null;
  return settings.runCostMaxUsd ?? budgets.step ?? RUN_COST_MAX_USD;
}
