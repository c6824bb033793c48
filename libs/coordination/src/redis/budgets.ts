import { randomUUID } from 'node:crypto';
import { BUDGET_WARN_SHARE, TammaError, toError } from '@tamma/domain';
import type { BudgetState, Budgets, ReserveVerdict } from '../budgets.ts';
import { answerWithin } from './answer-within.ts';
import {
  amountText,
  BUDGETS_LISTED_MAX,
  type BudgetName,
  keysOf,
  lifetimeOf,
  memberOf,
  nameOf,
} from './budget-place.ts';
import { parseReserved, parseState, parseWarned } from './budget-replies.ts';
import type { RedisPlace } from './redis-place.ts';
import { runScript, type Script } from './run-script.ts';
import {
  MARK_WARNED,
  RAISE,
  RAISED_AT_LEAST,
  RESERVE,
  SETTLE,
  SPENT_AT_LEAST,
  UNDO_RAISE,
} from './scripts-budget.ts';

/** How long a caller waits for a Redis that says nothing, before it counts as away. */
const ANSWER_WITHIN_MS = 2000;

export interface BudgetsOptions extends RedisPlace {
  readonly now?: () => number;
}

/** Throws a TammaError with code BUDGET_UNKNOWN, class `network`, while Redis does not answer. */
export function createBudgets({ redis, keys, now = Date.now }: BudgetsOptions): Budgets {
  const run = (script: Script, names: readonly BudgetName[], args: readonly string[]) =>
    runScript(redis, script, { keys: keysOf(keys, names), args });
  const common = () => [String(now()), String(BUDGETS_LISTED_MAX)];
  const placeOf = (name: BudgetName) => [lifetimeOf(name.level), memberOf(name)];

  const settle: Budgets['settle'] = async ({ id, scopes, costMicroUsd }) => {
    const share = String(BUDGET_WARN_SHARE);
    const args = [id, amountText(costMicroUsd), share, ...common(), ...scopes.flatMap(placeOf)];
    return parseWarned(scopes, await within(run(SETTLE, scopes, args)));
  };

  const read = async ({ level, id }: BudgetName): Promise<BudgetState | null> => {
    const fields = await redis.hmget(keys.budget(level, id), 'limit', 'raised', 'spent', 'reserved');
    return fields.every((field) => field === null) ? null : parseState({ level, id }, fields);
  };

  return {
    async reserve({ id, scopes, wantedMicroUsd, leastMicroUsd }): Promise<ReserveVerdict> {
      if (redis.status !== 'ready') throw unknown(new Error('Redis is not connected'));
      const least = amountText(Math.min(leastMicroUsd, wantedMicroUsd));
      const args = [id, amountText(wantedMicroUsd), least, ...common()];
      const perScope = scopes.flatMap((scope) => [limitText(scope.limitMicroUsd), ...placeOf(scope)]);
      const asked = run(RESERVE, scopes, [...args, ...perScope]);
      try {
        return parseReserved(scopes, await within(asked));
      } catch (thrown) {
        // It may arrive yet, for a call that is not made any more. Without an answer nothing was reserved.
        asked.then(() => settle({ id, scopes, costMicroUsd: 0 })).catch(() => undefined);
        throw thrown;
      }
    },

    settle,

    async markWarned({ level, id, limitMicroUsd }) {
      await within(run(MARK_WARNED, [{ level, id }], [amountText(limitMicroUsd ?? 0)]));
    },

    async raise(name, byMicroUsd) {
      const id = randomUUID();
      const asked = run(RAISE, [name], [amountText(byMicroUsd), ...common(), ...placeOf(name), id]);
      try {
        return parseState(name, await within(asked));
      } catch (thrown) {
        // It may arrive yet, and whoever was told that it failed says it again.
        asked.then(() => run(UNDO_RAISE, [name], [id])).catch(() => undefined);
        throw thrown;
      }
    },

    read: (name) => within(read(name)),

    async list(max) {
      const members = await within(redis.zrevrange(keys.budgets, 0, max - 1));
      const names = members.map(nameOf).filter((name) => name !== null);
      const states = await within(Promise.all(names.map(read)));
      return states.filter((state) => state !== null);
    },

    async spentAtLeast(scope, microUsd) {
      const limit = limitText(scope.limitMicroUsd);
      const args = [amountText(microUsd), ...common(), ...placeOf(scope), limit];
      await within(run(SPENT_AT_LEAST, [scope], args));
    },

    async raisedAtLeast(name, microUsd) {
      await within(run(RAISED_AT_LEAST, [name], [amountText(microUsd), ...common(), ...placeOf(name)]));
    },
  };
}

function limitText(microUsd: number | null): string {
  return microUsd === null ? '' : amountText(microUsd);
}

async function within<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await answerWithin(work, ANSWER_WITHIN_MS);
  } catch (thrown) {
    throw unknown(toError(thrown));
  }
}

function unknown(cause: Error): TammaError {
  return new TammaError(
    'BUDGET_UNKNOWN',
    `what may still be spent on models is not known: ${cause.message}`,
    {
      class: 'network',
      remedy: 'see that Redis answers; until then no model is called',
      cause,
    },
  );
}
