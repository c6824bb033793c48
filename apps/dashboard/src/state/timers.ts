/** The clock, handed in so that tests turn it. */
export interface Timers {
  now(): number;
  /** Runs once after that many milliseconds; returns the function that prevents it. */
  after(delayMs: number, run: () => void): () => void;
}

export const browserTimers: Timers = {
  now: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
