import { timeUp } from './agent-trouble.ts';

/** The time one conversation has. */
export interface Deadline extends Disposable {
  /** Aborts when the time is up, or when the outer signal does. */
  readonly signal: AbortSignal;
  /** What `signal` aborts with when the time is up. */
  readonly reason: Error;
}

/** Longer timers end at once in Node. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export function startDeadline(outer: AbortSignal, timeMaxMs: number): Deadline {
  const controller = new AbortController();
  const reason = timeUp(timeMaxMs);
  const timer = setTimeout(() => controller.abort(reason), Math.min(timeMaxMs, TIMER_MAX_MS));
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    reason,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
