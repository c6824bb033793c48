import type { BudgetView } from '@tamma/contracts';
import { BUDGET_WARN_SHARE } from '@tamma/domain';
import { amountOf, nameOfBudget, usedOf, warningOf } from '../view/budget.ts';
import { Badge } from './badge.tsx';

/** How far a budget is spent: a bar, the amounts, and a word where it is nearly or wholly spent. */
export function BudgetBar({ budget }: { readonly budget: BudgetView }) {
  const { limitUsd } = budget;
  const warning = warningOf(budget);
  return (
    <div className="budget-bar">
      {limitUsd === null ? null : (
        <meter
          aria-label={`Spent of the budget ${nameOfBudget(budget)}`}
          max={limitUsd}
          low={limitUsd * BUDGET_WARN_SHARE}
          high={limitUsd * 0.999}
          optimum={0}
          value={Math.min(usedOf(budget), limitUsd)}
        />
      )}
      <p className="budget-amount">
        {amountOf(budget)} {warning === null ? null : <Badge badge={warning} />}
      </p>
    </div>
  );
}
