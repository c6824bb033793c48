import type { Watched } from './cell.ts';
import type { Timers } from './timers.ts';

const TICK_MS = 1000;

/** The time in milliseconds, once a second, for everybody who shows it; stands still while nobody does. */
export function createClock(timers: Timers): Watched<number> {
  const listeners = new Set<() => void>();
  let now = timers.now();
  let cancel: (() => void) | null = null;
  const tick = (): void => {
    now = timers.now();
    cancel = timers.after(TICK_MS, tick);
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => now,
    subscribe: (listener) => {
      listeners.add(listener);
      if (cancel === null) {
        now = timers.now();
        cancel = timers.after(TICK_MS, tick);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        cancel?.();
        cancel = null;
      };
    },
  };
}
