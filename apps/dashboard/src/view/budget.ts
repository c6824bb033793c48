import type { BudgetView } from '@tamma/contracts';
import { BUDGET_WARN_SHARE, type BudgetLevel } from '@tamma/domain';
import { formatCost } from '../format/amount.ts';
import type { Badge } from './words.ts';

/** What is spent of a budget or held for calls under way. */
export function usedOf({ spentUsd, reservedUsd }: Pick<BudgetView, 'spentUsd' | 'reservedUsd'>): number {
  return spentUsd + reservedUsd;
}

/** Null where everything is well. */
export function warningOf(budget: BudgetView): Badge | null {
  const { limitUsd } = budget;
  if (limitUsd === null) return null;
  const share = usedOf(budget) / limitUsd;
  if (share >= 1) return { word: 'spent', icon: 'alert', tone: 'bad' };
  return share >= BUDGET_WARN_SHARE ? { word: 'nearly spent', icon: 'alert', tone: 'asks' } : null;
}

/** `$39.50 of $50.00, $1.00 of it held for calls`. */
export function amountOf(budget: BudgetView): string {
  const { limitUsd, reservedUsd } = budget;
  const whole = limitUsd === null ? ', no limit' : ` of ${formatCost(limitUsd)}`;
  const held = reservedUsd === 0 ? '' : `, ${formatCost(reservedUsd)} of it held for calls`;
  return `${formatCost(usedOf(budget))}${whole}${held}`;
}

const NAMES: Readonly<Record<BudgetLevel, (id: string) => string>> = {
  all: (id) => `All projects, ${id}`,
  project: (id) => `${id.replace('@', ', ')}`,
  workflow: (id) => id,
  step: (id) => id,
};

export function nameOfBudget({ level, id }: Pick<BudgetView, 'level' | 'id'>): string {
  return NAMES[level](id);
}

const USD_MAX = 100_000;

/** An amount as a person writes it; null when it is none that could be added. */
export function parseUsd(text: string): number | null {
  const usd = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  return usd > 0 && usd <= USD_MAX ? usd : null;
}
