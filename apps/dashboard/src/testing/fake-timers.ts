import type { Timers } from '../state/timers.ts';

export interface FakeTimers extends Timers {
  /** Lets time pass; what is due runs in order, and what it causes at once as well. */
  pass(ms: number): Promise<void>;
}

interface Planned {
  readonly at: number;
  readonly run: () => void;
}

export function createFakeTimers(startMs = 0): FakeTimers {
  let now = startMs;
  const planned = new Set<Planned>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const next = (until: number) =>
    [...planned].filter((one) => one.at <= until).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    after: (delayMs, run) => {
      const one = { at: now + delayMs, run };
      planned.add(one);
      return () => void planned.delete(one);
    },
    pass: async (ms) => {
      await settle();
      const until = now + ms;
      for (let due = next(until); due !== undefined; due = next(until)) {
        planned.delete(due);
        now = due.at;
        due.run();
        await settle();
      }
      now = until;
    },
  };
}
