import type { Timers } from './timers.ts';

export interface Pace {
  /** From the first reason to look again until looking. */
  readonly firstMs: number;
  /** Between two looks at least: the server counts requests. */
  readonly gapMs: number;
  /** One more look after the last one: the record is written a little after its events are told. */
  readonly settleMs: number;
}

export interface Refresher {
  /** There is a reason to look again; many reasons in a row cause few looks. */
  nudge(): void;
  stop(): void;
}

/** Looks again when nudged, soon but seldom, and once more when it has become quiet. `look` must not reject. */
export function createRefresher(look: () => Promise<void>, pace: Pace, timers: Timers): Refresher {
  let cancel: (() => void) | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let isRunning = false;
  let isNudged = false;
  let isStopped = false;

  const plan = (delayMs: number): void => {
    cancel?.();
    cancel = timers.after(delayMs, () => void run());
  };
  const run = async (): Promise<void> => {
    const settles = isNudged;
    [cancel, isNudged, isRunning] = [null, false, true];
    await look();
    [isRunning, lookedAt] = [false, timers.now()];
    if (isStopped) return;
    if (isNudged) plan(pace.gapMs);
    else if (settles) plan(pace.settleMs);
  };
  const planNudged = (): void => {
    const earliest = lookedAt + pace.gapMs - timers.now();
    plan(Math.max(pace.firstMs, earliest));
  };
  return {
    nudge: () => {
      if (isStopped || isNudged) return;
      isNudged = true;
      if (!isRunning) planNudged();
    },
    stop: () => {
      isStopped = true;
      cancel?.();
    },
  };
}
