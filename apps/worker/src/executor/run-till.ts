import type { BudgetScope } from '@tamma/domain';
import { HeldMoney, type MoneySource } from './held-money.ts';
import type { Till } from './till.ts';

/**
 * For runs of a program that asks its model as often as it likes and tells what that cost when it is over. What a run may
 * cost is held before it, or all that is left; the last one may thus take more than there was, and never several at once.
 *
 * A step's own budget holds only what the run has told: nobody else takes from it meanwhile, and a step whose worker died
 * in the middle of a run could not be done again otherwise.
 */
export function createRunTill(source: MoneySource, runCostMaxMicroUsd: number): Till {
  return {
    async reserve({ request }) {
      const step = new HeldMoney({ ...source, scopes: () => source.scopes().filter(isOfStep) });
      const shared = new HeldMoney({ ...source, scopes: () => source.scopes().filter(isShared) });
      // At least one unit, or a budget that is spent to the last would pay for a run.
      await step.take(1, 1).finally(() => step.told());
      try {
        await shared.take(Math.max(1, runCostMaxMicroUsd), 1).finally(() => shared.told());
      } catch (thrown) {
        await step.settle(0);
        throw thrown;
      }
      const both = [step, shared];
      return {
        outputTokensMax: request.outputTokensMax,
        grantedMicroUsd: () => Math.min(...both.map((held) => held.grantedMicroUsd())),
        async grow(neededMicroUsd) {
          for (const held of both) {
            if (held.grantedMicroUsd() < neededMicroUsd) await held.grow(neededMicroUsd);
          }
        },
        async settle(costMicroUsd) {
          for (const held of both) await held.settle(costMicroUsd);
        },
      };
    },
  };
}

function isOfStep({ level }: BudgetScope): boolean {
  return level === 'step';
}

function isShared(scope: BudgetScope): boolean {
  return !isOfStep(scope);
}
