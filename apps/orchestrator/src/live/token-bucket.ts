export interface TokenBucket {
  /** False when too many came too fast. */
  take(): boolean;
}

/** Holds `size` tokens at most and gains `perSecond`; the clock is the caller's, in milliseconds. */
export function createTokenBucket(size: number, perSecond: number, now: () => number): TokenBucket {
  let tokens = size;
  let filledAt = now();
  return {
    take: () => {
      const at = now();
      // A clock that steps back takes nothing away.
      const gained = (Math.max(0, at - filledAt) / 1000) * perSecond;
      tokens = Math.min(size, tokens + gained);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
