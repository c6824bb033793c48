import { setTimeout as delay } from 'node:timers/promises';
import { toError } from '@tamma/domain';
import type { Service } from './service.ts';

/** Longest rest after failures, unless the interval itself is longer. */
const BACKOFF_MAX_MS = 30_000;
const BACKOFF_INTERVALS_MAX = 10;

export interface LoopOptions {
  readonly name: string;
  /** Rest between the end of one pass and the begin of the next. */
  readonly intervalMs: number;
  /** One pass. The signal aborts when the loop is stopped. */
  readonly runOnce: (signal: AbortSignal) => Promise<unknown>;
  /** Told of every failed pass; the loop goes on after a rest that doubles with each failure in a row. */
  readonly onError: (error: Error, failuresInARow: number) => void;
  /** Resolves after `ms`, rejects when the signal aborts. For tests that bring a clock of their own. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Ticks until stopped; may be started again afterwards. Passes never overlap. */
export interface Loop extends Service {
  /**
   * Runs a pass as soon as no other runs; several calls before it begins make one pass. A rest after a failure is
   * not cut short, or callers could turn a broken service into a busy loop.
   */
  wake(): void;
}

export function createLoop(options: LoopOptions): Loop {
  const sleep = options.sleep ?? sleepFor;
  let run: { readonly ended: Promise<void>; readonly stopper: AbortController } | null = null;
  let isWoken = false;
  let nap: AbortController | null = null;

  const rest = async (failures: number, stopped: AbortSignal): Promise<void> => {
    if (isWoken && failures === 0) return;
    const ownNap = new AbortController();
    if (failures === 0) nap = ownNap;
    const signal = AbortSignal.any([stopped, ownNap.signal]);
    try {
      await sleep(restMsAfter(failures, options.intervalMs), signal);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    } finally {
      nap = null;
    }
  };

  const pass = async (failures: number, stopped: AbortSignal): Promise<number> => {
    isWoken = false;
    try {
      await options.runOnce(stopped);
      return 0;
    } catch (thrown) {
      if (!isOwnAbort(thrown, stopped)) options.onError(toError(thrown), failures + 1);
      return failures + 1;
    }
  };

  const tick = async (stopped: AbortSignal): Promise<void> => {
    let failures = 0;
    while (!stopped.aborted) {
      failures = await pass(failures, stopped);
      if (!stopped.aborted) await rest(failures, stopped);
    }
  };

  return {
    name: options.name,
    start: () => {
      if (run === null) {
        const stopper = new AbortController();
        run = { stopper, ended: tick(stopper.signal) };
      }
      return Promise.resolve();
    },
    stop: async () => {
      const current = run;
      current?.stopper.abort();
      await current?.ended;
      if (run === current) run = null;
    },
    wake: () => {
      isWoken = true;
      nap?.abort();
    },
  };
}

/** Milliseconds to rest after so many failures in a row: never shorter than the interval. */
export function restMsAfter(failures: number, intervalMs: number): number {
  if (failures === 0) return intervalMs;
  const cap = Math.max(intervalMs, Math.min(BACKOFF_INTERVALS_MAX * intervalMs, BACKOFF_MAX_MS));
  return Math.min(intervalMs * 2 ** (failures - 1), cap);
}

function sleepFor(ms: number, signal: AbortSignal): Promise<unknown> {
  return delay(ms, undefined, { signal });
}

function isOwnAbort(thrown: unknown, stopped: AbortSignal): boolean {
  if (!stopped.aborted) return false;
  return thrown === stopped.reason || (thrown instanceof Error && thrown.name === 'AbortError');
}
