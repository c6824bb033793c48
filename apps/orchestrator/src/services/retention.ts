import { toError } from '@tamma/domain';
import { type RetireDeps, retireWorkflow } from '../use-cases/retire-workflow.ts';
import { createFarewells, type FarewellsOptions } from './farewells.ts';

/** Ended workflows one pass takes away; the next pass takes the rest. */
const RETIRED_MAX = 100;

export interface RetentionOptions extends Omit<RetireDeps, 'sayFarewell'>, FarewellsOptions {
  /** Told when slots became free. */
  readonly onRetired: () => void;
  /** Told of each workflow that could not be taken away; it is tried again with the next pass. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

/** Takes what has ended and is recorded out of Redis, and closes its claim. */
export function createRetention(options: RetentionOptions): { runOnce(): Promise<void> } {
  const { say: sayFarewell } = createFarewells(options);
  return {
    runOnce: async () => {
      const ended = await options.claims.listEnded(RETIRED_MAX);
      const retired = [];
      for (const claim of ended) {
        try {
          retired.push(await retireWorkflow({ ...options, sayFarewell }, claim));
        } catch (thrown) {
          options.onFailure(claim.workflowId, toError(thrown));
        }
      }
      if (retired.includes(true)) options.onRetired();
    },
  };
}
