import type { Project } from '@tamma/contracts';
import { type BudgetLevel, type BudgetScope, budgetScopesOf } from '@tamma/domain';
import type { Claims, OpenClaim } from '@tamma/store';

export interface BudgetsOfTodayDeps {
  readonly projects: readonly { readonly project: Pick<Project, 'id' | 'budgets'> }[];
  /** US dollars a day for all projects together; null: no limit. */
  readonly dayLimitUsd: number | null;
  readonly now: () => number;
}

const PAGE = 100;
/** Pages of workflows read at most: one beyond is known as soon as something is spent of it. */
const PAGES_MAX = 10;

/** The budgets of this day: that of all projects together, and that of each. */
export function budgetsOfToday({ projects, dayLimitUsd, now }: BudgetsOfTodayDeps): readonly BudgetScope[] {
  const nowMs = now();
  const scopes = projects.flatMap(({ project: { id, budgets } }) =>
    budgetScopesOf({
      workflowId: '',
      taskId: '',
      project: id,
      nowMs,
      limits: budgets,
      dayLimit: dayLimitUsd,
    }),
  );
  const ofDays = scopes.filter(({ level }) => level === 'project' || level === 'all');
  return [...new Map(ofDays.map((scope) => [keyOfBudget(scope), scope])).values()];
}

/** The budget of every workflow that has begun and is not over, with the limit it was claimed with. */
export async function budgetsOfWorkflows(
  claims: Pick<Claims, 'listStarted'>,
): Promise<readonly BudgetScope[]> {
  const scopes: BudgetScope[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const started: readonly OpenClaim[] = await claims.listStarted({ after, limit: PAGE });
    scopes.push(...started.flatMap((claim) => budgetsOfClaim(claim, 'workflow')));
    after = started.at(-1)?.workflowId ?? null;
    if (started.length < PAGE) break;
  }
  return scopes;
}

/** The budget of a workflow, or of a task of it. */
export function budgetsOfClaim(
  { workflowId, project, head }: OpenClaim,
  level: 'workflow' | 'step',
  taskId = '',
): readonly BudgetScope[] {
  const limits = head.project.budgets;
  const question = { workflowId, taskId, project, nowMs: 0, limits, dayLimit: null };
  return budgetScopesOf(question).filter((scope) => scope.level === level);
}

export function keyOfBudget({ level, id }: { readonly level: BudgetLevel; readonly id: string }): string {
  return `${level}:${id}`;
}
