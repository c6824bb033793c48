import type { BudgetState } from '@tamma/coordination';
import { budgetRenewsAtMs, describeBudget, TammaError, usdOf } from '@tamma/domain';

/** How soon a task looks again when calls under way, and not what is spent, stand in its way. */
const LOOK_AGAIN_MS = 60_000;
const CENT_MICRO_USD = 10_000;
const DOLLAR_MICRO_USD = 1_000_000;

export interface ShortBudget {
  readonly state: BudgetState;
  /** What the call needs at least, in millionths of a US dollar. */
  readonly neededMicroUsd: number;
  readonly nowMs: number;
}

/**
 * A budget does not pay for a call. One of a day holds the task, unless a new day's would not pay for it either; any other
 * stops it until a person raises it.
 */
export function budgetExhausted({ state, neededMicroUsd, nowMs }: ShortBudget): TammaError {
  const { level, id, spentMicroUsd, reservedMicroUsd } = state;
  const limitMicroUsd = state.limitMicroUsd ?? 0;
  const missingMicroUsd = spentMicroUsd + reservedMicroUsd + neededMicroUsd - limitMicroUsd;
  const spent = `${dollars(spentMicroUsd)} of ${dollars(limitMicroUsd)} are spent and ${dollars(reservedMicroUsd)} reserved`;
  const message = `${describeBudget({ level, id })} does not pay for a call of at least ${dollars(neededMicroUsd)}: ${spent}`;
  const by = Math.max(1, Math.ceil(usdOf(missingMicroUsd)));
  const remedy = `raise it: npx tamma budget raise ${level} ${id} --by ${by} --reason "…"`;
  const renewsAtMs = budgetRenewsAtMs(level, nowMs);
  if (renewsAtMs === null) return new TammaError('BUDGET_EXHAUSTED', message, { class: 'budget', remedy });
  const isOnlyReserved = spentMicroUsd + neededMicroUsd <= limitMicroUsd;
  // What people added goes with the day.
  if (!isOnlyReserved && neededMicroUsd > limitMicroUsd - state.raisedMicroUsd) {
    const more = `${remedy}; or set budgets.day higher and retry the step: a whole day's does not pay for it either`;
    return new TammaError('BUDGET_EXHAUSTED', message, { class: 'budget', remedy: more });
  }
  const heldUntilMs = isOnlyReserved ? Math.min(nowMs + LOOK_AGAIN_MS, renewsAtMs) : renewsAtMs;
  return new TammaError('BUDGET_EXHAUSTED', message, { class: 'budget', remedy, heldUntilMs });
}

/** Cents, and of small amounts as many places as it takes to see why the sum is too much. */
function dollars(microUsd: number): string {
  const usd = usdOf(microUsd);
  if (microUsd % CENT_MICRO_USD === 0 || microUsd >= DOLLAR_MICRO_USD) return `$${usd.toFixed(2)}`;
  return `$${usd.toFixed(microUsd >= CENT_MICRO_USD ? 4 : 6)}`;
}
