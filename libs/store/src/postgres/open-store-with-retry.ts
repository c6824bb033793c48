import { setTimeout as delay } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import type { Store } from '../store.ts';
import { type OpenStoreOptions, openStore } from './open-store.ts';

export interface OpenStoreWithRetryOptions extends OpenStoreOptions {
  /** Ends the waiting; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Hears of each attempt that failed and is made again. */
  readonly onRetry?: (error: TammaError, delayMs: number) => void;
}

/** Waits between the three attempts. */
const DELAYS_MS = [1000, 2000];

/** `openStore`, tried three times while the database does not answer; whatever else is wrong would stay wrong. */
export async function openStoreWithRetry(options: OpenStoreWithRetryOptions): Promise<Store> {
  const { signal, sleep = sleepFor, onRetry } = options;
  for (const delayMs of DELAYS_MS) {
    signal?.throwIfAborted();
    try {
      return await openStore(options);
    } catch (error) {
      if (!(error instanceof TammaError) || error.class !== 'network') throw error;
      onRetry?.(error, delayMs);
      await sleep(delayMs, signal);
    }
  }
  signal?.throwIfAborted();
  return openStore(options);
}

async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal });
}
