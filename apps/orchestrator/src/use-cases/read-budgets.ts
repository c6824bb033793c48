import type { BudgetView } from '@tamma/contracts';
import type { Budgets } from '@tamma/coordination';
import type { BudgetScope } from '@tamma/domain';
import { viewBudget } from './view-budget.ts';

export type ReadBudgets = Pick<Budgets, 'read'>;

/** How far these budgets are spent, in the order asked. */
export function readBudgets(
  budgets: ReadBudgets,
  scopes: readonly BudgetScope[],
): Promise<readonly BudgetView[]> {
  return Promise.all(scopes.map(async (scope) => viewBudget(scope, scope, await budgets.read(scope))));
}
