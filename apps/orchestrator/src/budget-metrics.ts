import type { BudgetView } from '@tamma/contracts';
import type { Metrics } from '@tamma/telemetry';
import { type BudgetsOfTodayDeps, budgetsOfToday } from './use-cases/known-budgets.ts';
import { type ReadBudgets, readBudgets } from './use-cases/read-budgets.ts';

export interface BudgetMetricsParts extends BudgetsOfTodayDeps {
  readonly budgets: ReadBudgets;
}

/** Gauges of the budgets of today: as many as there are projects, and one. */
export function addBudgetMetrics(metrics: Metrics, parts: BudgetMetricsParts): void {
  const gauge = (name: string, help: string, amountOf: (view: BudgetView) => number | null) =>
    metrics.gauge({
      name,
      help,
      labelNames: ['level', 'project'],
      collect: async () =>
        (await readBudgets(parts.budgets, budgetsOfToday(parts))).flatMap((view) => {
          const value = amountOf(view);
          return value === null ? [] : [{ labels: labelsOf(view), value }];
        }),
    });
  gauge(
    'tamma_budget_spent_usd',
    'US dollars of the budget of today that are spent or held for calls under way',
    ({ spentUsd, reservedUsd }) => spentUsd + reservedUsd,
  );
  gauge(
    'tamma_budget_limit_usd',
    'US dollars that may be spent on models today, with what people added; absent without a limit',
    ({ limitUsd }) => limitUsd,
  );
}

function labelsOf({ level, id }: BudgetView) {
  return { level, project: level === 'project' ? id.slice(0, id.lastIndexOf('@')) : '' };
}
