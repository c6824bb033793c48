import type { BudgetView } from '@tamma/contracts';
import type { BudgetState } from '@tamma/coordination';
import { type BudgetScope, usdOf } from '@tamma/domain';

/** A budget in US dollars; the configured limit counts, where it is known, and what people added to it. */
export function viewBudget(
  { level, id }: Pick<BudgetScope, 'level' | 'id'>,
  known: Pick<BudgetScope, 'limitMicroUsd'> | null,
  state: BudgetState | null,
): BudgetView {
  const raised = state?.raisedMicroUsd ?? 0;
  const limit = known === null ? (state?.limitMicroUsd ?? null) : addTo(known.limitMicroUsd, raised);
  return {
    level,
    id,
    limitUsd: limit === null ? null : usdOf(limit),
    raisedUsd: usdOf(raised),
    spentUsd: usdOf(state?.spentMicroUsd ?? 0),
    reservedUsd: usdOf(state?.reservedMicroUsd ?? 0),
  };
}

function addTo(limit: number | null, raised: number): number | null {
  return limit === null ? null : limit + raised;
}
