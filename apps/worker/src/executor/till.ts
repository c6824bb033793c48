import type { AiRequest } from '@tamma/ai-provider';
import { costAtMost, type ModelPrice, outputTokensFor } from '@tamma/domain';
import { HeldMoney, type MoneySource } from './held-money.ts';

/** Less of an answer than this many tokens is not worth a call. */
const ANSWER_TOKENS_MIN = 1000;

/** Money that is held for one call until it is settled. */
export interface Reservation {
  /** Longest answer that it pays for, in tokens. */
  readonly outputTokensMax: number;
  grantedMicroUsd(): number;
  /** Holds more, because the call takes more than was counted. Throws when a budget does not pay for it. */
  grow(neededMicroUsd: number): Promise<void>;
  /** What it did cost stands instead. It does not reject: what cannot be settled counts as spent. */
  settle(costMicroUsd: number): Promise<void>;
}

interface Purchase {
  readonly request: AiRequest;
  readonly promptTokens: number;
  readonly price: ModelPrice;
}

/** Where money for the calls of one attempt is taken from. */
export interface Till {
  /** Throws a TammaError with code BUDGET_EXHAUSTED, or BUDGET_UNKNOWN while Redis is away: then no call may be made. */
  reserve(purchase: Purchase): Promise<Reservation>;
}

/** For calls of a model, whose tokens say what they can cost at most. */
export function createTill(source: MoneySource): Till {
  return {
    async reserve({ request, promptTokens, price }) {
      const { outputTokensMax } = request;
      const atMost = (answerTokens: number) => costAtMost(promptTokens, answerTokens, price);
      // At least one unit, or a budget that is spent to the last would pay for it.
      const wantedMicroUsd = Math.max(1, atMost(outputTokensMax));
      const leastMicroUsd = Math.max(1, atMost(Math.min(ANSWER_TOKENS_MIN, outputTokensMax)));
      const held = new HeldMoney(source);
      await held.take(wantedMicroUsd, leastMicroUsd).finally(() => held.told());
      const affordable = outputTokensFor(held.grantedMicroUsd(), promptTokens, price);
      return {
        outputTokensMax: Math.min(outputTokensMax, affordable),
        grantedMicroUsd: () => held.grantedMicroUsd(),
        grow: (neededMicroUsd) => held.grow(neededMicroUsd),
        settle: (costMicroUsd) => held.settle(costMicroUsd),
      };
    },
  };
}
