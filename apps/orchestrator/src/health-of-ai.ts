import type { BudgetView, Project } from '@tamma/contracts';
import { BUDGET_WARN_SHARE } from '@tamma/domain';
import type { AiEnvironment, CheckResult } from '@tamma/process';
import { keyProblemOf } from './check-agents.ts';
import { type BudgetsOfTodayDeps, budgetsOfToday } from './use-cases/known-budgets.ts';
import { type ReadBudgets, readBudgets } from './use-cases/read-budgets.ts';

export interface AgentsParts {
  readonly projects: readonly { readonly project: Pick<Project, 'id' | 'ai'> }[];
  readonly ai: AiEnvironment;
}

/** Whether each agent has its key, as far as this process can see: workers are usually given the same variables. */
export function checkAgentKeys({ projects, ai }: AgentsParts): CheckResult {
  const missing = projects.flatMap(({ project }) =>
    Object.entries(project.ai.agents).flatMap(([name, settings]) => {
      const found = keyProblemOf(settings, ai);
      return found === null ? [] : [[`${project.id} ${name}`, `${found.problem}. ${found.remedy}`] as const];
    }),
  );
  if (missing.length === 0) return { status: 'healthy' };
  return { status: 'degraded', details: Object.fromEntries(missing) };
}

export interface BudgetsParts extends BudgetsOfTodayDeps {
  readonly budgets: ReadBudgets;
}

/** Which of today's budgets are nearly spent; with one that is spent nothing goes on until it is raised, or over. */
export async function checkBudgets(parts: BudgetsParts): Promise<CheckResult> {
  const views = await readBudgets(parts.budgets, budgetsOfToday(parts));
  const warned = views.filter((view) => shareOf(view) >= BUDGET_WARN_SHARE);
  const isSpent = warned.some((view) => shareOf(view) >= 1);
  const details = warned.map(({ level, id, limitUsd, ...view }) => [
    `${level} ${id}`,
    `$${usedOf(view).toFixed(2)} of $${(limitUsd ?? 0).toFixed(2)} are spent or held for calls`,
  ]);
  return { status: isSpent ? 'degraded' : 'healthy', details: Object.fromEntries(details) };
}

function shareOf({ limitUsd, ...view }: BudgetView): number {
  return limitUsd === null ? 0 : usedOf(view) / limitUsd;
}

function usedOf({ spentUsd, reservedUsd }: Pick<BudgetView, 'spentUsd' | 'reservedUsd'>): number {
  return spentUsd + reservedUsd;
}
