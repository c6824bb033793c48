import type { BudgetView } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';

/** What models took and cost, as the record has it, and what is left of the workflow's budget where that is known. */
export function describeSpending({ id, usage }: WorkflowState, budgets: readonly BudgetView[]): string {
  const { calls, inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens, costUsd } = usage;
  const isCanned = calls > 0 && costUsd === 0 && inputTokens + outputTokens + cacheReadTokens === 0;
  const tokens = [
    `${grouped(inputTokens)} tokens in`,
    `${grouped(outputTokens)} out`,
    `${grouped(cacheWriteTokens)} written to the cache`,
    `${grouped(cacheReadTokens)} read from it`,
  ];
  const budget = budgets.find((one) => one.level === 'workflow' && one.id === id);
  const parts = isCanned ? ['canned answers'] : tokens;
  const asked = `${calls} model call${calls === 1 ? '' : 's'}`;
  return [asked, ...(calls === 0 ? [] : parts), describeCost(costUsd, budget)].join(', ');
}

function describeCost(costUsd: number, budget: BudgetView | undefined): string {
  if (budget === undefined || budget.limitUsd === null) return formatUsd(costUsd);
  const left = Math.max(0, budget.limitUsd - budget.spentUsd - budget.reservedUsd);
  return `${formatUsd(costUsd)} of a budget of ${formatUsd(budget.limitUsd)}, ${formatUsd(left)} left`;
}

const CENT_USD = 0.01;

/** Cents; less than one is not nothing. */
function formatUsd(usd: number): string {
  return usd > 0 && usd < CENT_USD ? 'less than $0.01' : `$${usd.toFixed(2)}`;
}

const NUMBERS = new Intl.NumberFormat('en-US');

function grouped(count: number): string {
  return NUMBERS.format(count);
}
