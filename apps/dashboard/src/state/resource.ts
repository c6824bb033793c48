import { ApiError } from '../api/api-error.ts';
import { createCell, type Watched } from './cell.ts';
import { createRefresher, type Pace } from './refresher.ts';
import type { Timers } from './timers.ts';

/** Something the server was asked for, with what came of it. */
export interface Loaded<Value> {
  /** The last good answer; null before the first. */
  readonly value: Value | null;
  /** Why the last try failed; null when it did not. */
  readonly error: ApiError | null;
}

export interface Resource<Value> extends Watched<Loaded<Value>> {
  /** Asks now. Never rejects: what went wrong is in the value. */
  load(): Promise<void>;
  /** There is a reason to ask again, soon. */
  nudge(): void;
  stop(): void;
}

/** A failed try is repeated after this time until one succeeds, or nobody is interested any more. */
const RETRY_MS = 5000;
/** Who asked too often does not ask again at once. */
const RETRY_LIMITED_MS = 60_000;

export interface ResourceOptions {
  readonly pace: Pace;
  readonly timers: Timers;
}

export function createResource<Value>(
  read: () => Promise<Value>,
  { pace, timers }: ResourceOptions,
): Resource<Value> {
  const cell = createCell<Loaded<Value>>({ value: null, error: null });
  let cancelRetry = (): void => {};
  let isStopped = false;
  let asked = 0;

  const load = async (): Promise<void> => {
    asked += 1;
    const turn = asked;
    cancelRetry();
    const { value, error } = await settle(read);
    // A later question was answered first, or nobody asks any more.
    if (turn !== asked || isStopped) return;
    cell.update((last) => ({ value: error === null ? value : last.value, error }));
    if (error !== null && mayPass(error)) cancelRetry = timers.after(retryMsAfter(error), () => void load());
  };
  const refresher = createRefresher(load, pace, timers);
  return {
    get: cell.get,
    subscribe: cell.subscribe,
    load,
    nudge: refresher.nudge,
    stop: () => {
      isStopped = true;
      cancelRetry();
      refresher.stop();
    },
  };
}

/** What asking again will not change: who we are, what we may, what is not there. */
const FINAL_STATUSES: ReadonlySet<number | null> = new Set([400, 401, 403, 404]);

function mayPass({ status }: ApiError): boolean {
  return !FINAL_STATUSES.has(status);
}

function retryMsAfter({ status }: ApiError): number {
  return status === 429 ? RETRY_LIMITED_MS : RETRY_MS;
}

/** Failures of requests are values here; anything else is a mistake of ours and stays thrown. */
export async function settle<Value>(
  read: () => Promise<Value>,
): Promise<{ value: Value; error: null } | { value: null; error: ApiError }> {
  try {
    return { value: await read(), error: null };
  } catch (error) {
    if (error instanceof ApiError) return { value: null, error };
    throw error;
  }
}
