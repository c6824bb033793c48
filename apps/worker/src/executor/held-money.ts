import type { BudgetState, Budgets } from '@tamma/coordination';
import { BUDGET_WARN_SHARE, type BudgetScope, type Fact, toError, usdOf } from '@tamma/domain';
import type { Logger } from '@tamma/telemetry';
import { budgetExhausted } from './budget-errors.ts';

export interface MoneySource {
  readonly budgets: Budgets;
  /** Every budget that a call made now counts in. */
  readonly scopes: () => readonly BudgetScope[];
  /** Names a call; never the same twice. */
  readonly nextId: () => string;
  /** Tells a fact of the attempt; false when it could not. It must not reject. */
  readonly tell: (fact: Fact) => Promise<boolean>;
  readonly now: () => number;
  readonly logger: Logger;
}

interface Part {
  readonly id: string;
  readonly scopes: readonly BudgetScope[];
  readonly grantedMicroUsd: number;
}

/** The reservations of one call: the first, and those that it needed beside. */
export class HeldMoney {
  readonly #options: MoneySource;
  readonly #parts: Part[] = [];
  #telling: Promise<void> = Promise.resolve();
  #exhausted: BudgetState | null = null;

  constructor(options: MoneySource) {
    this.#options = options;
  }

  grantedMicroUsd(): number {
    return this.#parts.reduce((sum, part) => sum + part.grantedMicroUsd, 0);
  }

  /** Resolves when everything is told that came of it so far. */
  told(): Promise<void> {
    return this.#telling;
  }

  async take(wantedMicroUsd: number, leastMicroUsd: number): Promise<void> {
    const { budgets, scopes, nextId, now } = this.#options;
    // Read before the scopes: when midnight passes now, it is the day before that is spent, and over.
    const nowMs = now();
    const place = { id: nextId(), scopes: scopes() };
    const verdict = await budgets.reserve({ ...place, wantedMicroUsd, leastMicroUsd });
    if (verdict.kind === 'reserved') {
      this.#parts.push({ ...place, grantedMicroUsd: verdict.grantedMicroUsd });
      return;
    }
    const state = verdict.exhausted;
    this.#exhausted = state;
    // Not waited for here: a call under way that cannot be paid for is to be broken off first.
    this.#telling = this.#telling.then(() => this.#tellExhausted(state, leastMicroUsd));
    throw budgetExhausted({ state, neededMicroUsd: leastMicroUsd, nowMs });
  }

  /** Twice what was held, so that few steps are enough whatever it comes to. */
  grow(neededMicroUsd: number): Promise<void> {
    const missing = Math.max(1, neededMicroUsd - this.grantedMicroUsd());
    return this.take(Math.max(missing, this.grantedMicroUsd()), missing);
  }

  /** Each part pays with what it holds, the last one with all that is left to pay. */
  async settle(costMicroUsd: number): Promise<void> {
    await this.#telling;
    let rest = costMicroUsd;
    const parts = this.#parts.splice(0);
    for (const [index, { id, scopes, grantedMicroUsd }] of parts.entries()) {
      const cost = index === parts.length - 1 ? rest : Math.min(rest, grantedMicroUsd);
      rest -= cost;
      for (const state of await this.#settlePart({ id, scopes, costMicroUsd: cost })) await this.#warn(state);
    }
  }

  async #settlePart(part: Parameters<Budgets['settle']>[0]): Promise<readonly BudgetState[]> {
    try {
      return await this.#options.budgets.settle(part);
    } catch (thrown) {
      const error = toError(thrown).message;
      this.#options.logger.warn(
        { call: part.id, error },
        'call not settled in time: unless that arrives yet, what it reserved counts as spent',
      );
      return [];
    }
  }

  /** What could not be told, or not be marked as told, is told by whoever settles next. */
  async #warn(state: BudgetState): Promise<void> {
    const fact: Fact = { type: 'BUDGET.WARNED.SUCCESS', data: spentOf(state) };
    const isTold = this.#isToldAnyway(state) || (await this.#options.tell(fact));
    if (!isTold) return;
    try {
      await this.#options.budgets.markWarned(state);
    } catch (thrown) {
      const error = toError(thrown).message;
      const { level, id } = state;
      this.#options.logger.warn(
        { level, id, error },
        'warning of a budget not marked as told: it may come again',
      );
    }
  }

  /** Whether it was that very budget that broke the call off, and was told as spent so far already. */
  #isToldAnyway({ level, id, limitMicroUsd }: BudgetState): boolean {
    const told = this.#exhausted;
    if (told?.level !== level || told.id !== id) return false;
    return told.spentMicroUsd >= BUDGET_WARN_SHARE * (limitMicroUsd ?? 0);
  }

  async #tellExhausted(state: BudgetState, neededMicroUsd: number): Promise<void> {
    const data = { ...spentOf(state), wantedUsd: usdOf(neededMicroUsd) };
    await this.#options.tell({ type: 'BUDGET.EXHAUSTED.SUCCESS', data });
  }
}

function spentOf({ level, id, limitMicroUsd, spentMicroUsd, reservedMicroUsd }: BudgetState) {
  const amounts = { spentUsd: usdOf(spentMicroUsd), reservedUsd: usdOf(reservedMicroUsd) };
  return { level, id, limitUsd: usdOf(limitMicroUsd ?? 0), ...amounts };
}
