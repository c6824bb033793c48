import { TammaError, toError } from '@tamma/domain';
import { restMsAfter } from '@tamma/process';
import type { OpenClaim } from '@tamma/store';
import { bidFarewell, type FarewellDeps } from '../use-cases/farewell.ts';

/** How long an ended workflow waits for a platform to take its last words; then it is taken away without them. */
const GIVE_UP_MS = 180_000;
const RETRY_MS = 2000;

export interface FarewellsOptions extends FarewellDeps {
  /** Told of each issue whose people could not be told; the record knows all the same. */
  readonly onUntold: (workflowId: string, error: Error) => void;
}

export interface Farewells {
  /** True when the workflow may be taken away: everything is said, or it was tried for long enough. Never throws. */
  say(claim: OpenClaim): Promise<boolean>;
}

interface Trouble {
  readonly sinceMs: number;
  readonly dueAtMs: number;
  readonly failures: number;
}

export function createFarewells(options: FarewellsOptions): Farewells {
  const { now, onUntold } = options;
  const troubles = new Map<string, Trouble>();

  const fail = (workflowId: string, thrown: unknown): boolean => {
    const { sinceMs = now(), failures = 0 } = troubles.get(workflowId) ?? {};
    const dueAtMs = now() + restMsAfter(failures + 1, RETRY_MS);
    const isOver = dueAtMs - sinceMs > GIVE_UP_MS || heldUntilMs(thrown) - sinceMs > GIVE_UP_MS;
    if (!isOver) {
      troubles.set(workflowId, { sinceMs, dueAtMs, failures: failures + 1 });
      return false;
    }
    troubles.delete(workflowId);
    onUntold(workflowId, toError(thrown));
    return true;
  };

  return {
    say: async (claim) => {
      const { workflowId } = claim;
      if ((troubles.get(workflowId)?.dueAtMs ?? 0) > now()) return false;
      try {
        await bidFarewell(options, claim);
      } catch (thrown) {
        return fail(workflowId, thrown);
      }
      troubles.delete(workflowId);
      return true;
    },
  };
}

function heldUntilMs(thrown: unknown): number {
  return thrown instanceof TammaError ? (thrown.heldUntilMs ?? 0) : 0;
}
