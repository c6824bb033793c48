import { toError } from '@tamma/domain';
import { readWhole } from './read-whole.ts';
import type { RepairDeps } from './repair.ts';
import { tasksOfState } from './situation.ts';
import { repairedEvent } from './telling.ts';

/** Workflows in Redis that one pass looks at. */
const LISTED_MAX = 10_000;
/** Leftovers that one pass asks the record about. */
const LOOKED_AT_MAX = 100;
/** A start that was cut off between hash and claim, or a retirement under way, is over long before that. */
const OLD_MS = 3_600_000;
/** Leftovers of unknown age that are remembered; beyond it some are looked at anew. */
const REMEMBERED_MAX = 10_000;

export interface LeftoversOptions extends RepairDeps {
  /** Told of each that could not be removed; it is tried again with the next pass. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

export interface Leftovers {
  /** Removes what Redis holds of workflows without an open claim, when it is old. Answers how many went. */
  sweep(claimed: ReadonlySet<string>, signal: AbortSignal): Promise<number>;
}

export function createLeftovers(options: LeftoversOptions): Leftovers {
  /** Since when it was seen, for what the record knows nothing about. */
  const seenSince = new Map<string, number>();

  const isOld = (workflowId: string, updatedAt: string | undefined): boolean => {
    const nowMs = options.now();
    const sinceMs = updatedAt === undefined ? (seenSince.get(workflowId) ?? nowMs) : Date.parse(updatedAt);
    if (updatedAt === undefined) seenSince.set(workflowId, sinceMs);
    return nowMs - sinceMs >= OLD_MS;
  };

  const sweepOne = async (workflowId: string): Promise<boolean> => {
    if ((await options.claims.findOpen(workflowId)) !== null) return false;
    const { state, events } = await readWhole(options, workflowId);
    if (!isOld(workflowId, state?.updatedAt)) return false;
    await options.requireLead();
    if (state !== null && (await options.queue.removeFlow(tasksOfState(state))) === 'busy') return false;
    await options.hashes.remove(workflowId);
    seenSince.delete(workflowId);
    const told = {
      workflowId,
      place: events.length,
      difference: 'it was in Redis without an open claim',
      repair: 'it was removed',
    };
    await options.eventLog.appendOnce(repairedEvent({ ...told, nowMs: options.now() }));
    return true;
  };

  return {
    sweep: async (claimed, signal) => {
      const listed = await options.hashes.list(LISTED_MAX);
      const unclaimed = listed.filter((id) => !claimed.has(id));
      if (seenSince.size > REMEMBERED_MAX) seenSince.clear();
      let removed = 0;
      for (const workflowId of unclaimed.slice(0, LOOKED_AT_MAX)) {
        if (signal.aborted) break;
        try {
          if (await sweepOne(workflowId)) removed += 1;
        } catch (thrown) {
          options.onFailure(workflowId, toError(thrown));
        }
      }
      return removed;
    },
  };
}
