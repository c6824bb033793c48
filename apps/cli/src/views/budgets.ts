import type { BudgetView } from '@tamma/contracts';
import { BUDGET_WARN_SHARE } from '@tamma/domain';
import type { List } from '../api/api.ts';
import type { Look, View } from '../terminal/output.ts';
import type { Color } from '../terminal/paint.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { more } from './lists.ts';
import { formatUsd } from './words.ts';

export const showBudgets: View<List<BudgetView>> = ({ items, next }, look) => {
  if (items.length === 0) return ['There is no such budget, or nothing was spent of it.'];
  return [...renderTable(items, budgetColumns(look), look.columns), ...more(next)];
};

export const showRaised: View<BudgetView> = ({ level, id, limitUsd, ...view }) => [
  `${level} ${id}: the limit is ${formatUsd(limitUsd ?? 0)} now, of which ${formatUsd(usedOf(view))} are spent`,
];

function budgetColumns({ paint }: Look): Column<BudgetView>[] {
  return [
    { title: 'LEVEL', text: ({ level }) => level, fit: 'whole' },
    { title: 'ID', text: ({ id }) => id, fit: 'whole' },
    { title: 'SPENT', text: ({ spentUsd }) => formatUsd(spentUsd), fit: 'whole' },
    { title: 'HELD', text: ({ reservedUsd }) => formatUsd(reservedUsd), fit: 'whole' },
    {
      title: 'LIMIT',
      text: ({ limitUsd }) => (limitUsd === null ? 'none' : formatUsd(limitUsd)),
      fit: 'whole',
    },
    {
      title: 'USED',
      text: (view) => (view.limitUsd === null ? '' : `${Math.floor(shareOf(view) * 100)} %`),
      paint: (text, view) => paint(colorOf(shareOf(view)), text),
      fit: 'whole',
    },
    {
      title: 'RAISED BY',
      text: ({ raisedUsd }) => (raisedUsd === 0 ? '' : formatUsd(raisedUsd)),
      fit: 'whole',
    },
  ];
}

function usedOf({ spentUsd, reservedUsd }: Pick<BudgetView, 'spentUsd' | 'reservedUsd'>): number {
  return spentUsd + reservedUsd;
}

function shareOf({ limitUsd, ...view }: BudgetView): number {
  return limitUsd === null ? 0 : usedOf(view) / limitUsd;
}

function colorOf(share: number): Color {
  if (share >= 1) return 'red';
  return share >= BUDGET_WARN_SHARE ? 'yellow' : 'green';
}
