import type { RedisKeys } from '@tamma/contracts';
import { BUDGET_LEVELS, type BudgetLevel, type BudgetScope, TammaError } from '@tamma/domain';

export type BudgetName = Pick<BudgetScope, 'level' | 'id'>;

const DAY_MS = 86_400_000;
/** Budgets live on after their last use as long as anybody may still ask: longer than any workflow waits. */
const LIFETIME_DAYS: Readonly<Record<BudgetLevel, number>> = { step: 45, workflow: 45, project: 8, all: 8 };
/** Budgets that a list can show; the one used longest ago goes first. */
export const BUDGETS_LISTED_MAX = 10_000;

export function lifetimeOf(level: BudgetLevel): string {
  return String((LIFETIME_DAYS[level] ?? 1) * DAY_MS);
}

/** Its name in the index. */
export function memberOf({ level, id }: BudgetName): string {
  return `${level}:${id}`;
}

/** Null for what another version wrote. */
export function nameOf(member: string): BudgetName | null {
  const colon = member.indexOf(':');
  const level = BUDGET_LEVELS.find((one) => one === member.slice(0, colon));
  return level === undefined ? null : { level, id: member.slice(colon + 1) };
}

export function keysOf(keys: RedisKeys, scopes: readonly BudgetName[]): readonly string[] {
  return [...scopes.map(({ level, id }) => keys.budget(level, id)), keys.budgets];
}

/** Money is counted in whole numbers that stay exact. Throws a TammaError with code BUDGET_AMOUNT_INVALID. */
export function amountText(microUsd: number): string {
  if (Number.isSafeInteger(microUsd) && microUsd >= 0) return String(microUsd);
  throw new TammaError(
    'BUDGET_AMOUNT_INVALID',
    `${microUsd} is no amount of money: expected a whole number of millionths of a US dollar`,
    { class: 'validation', remedy: 'correct the prices or the budget in the configuration' },
  );
}
