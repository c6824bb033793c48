/** What GitHub says about the limit that a call counted against; null where it says nothing. */
export interface RateLimit {
  /** `core`, `search`, `graphql`, …; each has a limit of its own. */
  readonly resource: string;
  readonly remaining: number | null;
  readonly limit: number | null;
  /** Milliseconds since the epoch. */
  readonly resetAtMs: number | null;
}

export interface ReachedLimit {
  /** The quota of the hour, or one of those against too much at once. */
  readonly kind: 'primary' | 'secondary';
  readonly retryAfterMs: number;
}

export interface LimitQuestion {
  readonly status: number;
  readonly headers: Headers;
  readonly message: string;
  /** Milliseconds since the epoch; counts only where the answer carries no date of its own. */
  readonly nowMs: number;
}

/** GitHub asks for at least a minute when it names no time. */
const UNNAMED_MS = 60_000;
/** No limit of GitHub's is longer: a longer time is a mistake, and must not shut us out until we are started again. */
const LONGEST_MS = 3_600_000;
/** A time that is over has to be over there too. */
const MARGIN_MS = 1000;

export function rateLimitOf(headers: Headers): RateLimit {
  const resetSeconds = numberOf(headers, 'x-ratelimit-reset');
  return {
    resource: headers.get('x-ratelimit-resource') ?? 'core',
    remaining: numberOf(headers, 'x-ratelimit-remaining'),
    limit: numberOf(headers, 'x-ratelimit-limit'),
    resetAtMs: resetSeconds === null ? null : resetSeconds * 1000,
  };
}

/** The limit that an answer says we ran into; null when it says something else. */
export function reachedLimitOf({ status, headers, message, nowMs }: LimitQuestion): ReachedLimit | null {
  if (status !== 403 && status !== 429) return null;
  const { remaining, resetAtMs } = rateLimitOf(headers);
  const seconds = numberOf(headers, 'retry-after');
  const kind = remaining === 0 ? 'primary' : 'secondary';
  if (seconds !== null) return { kind, retryAfterMs: Math.min(seconds * 1000, LONGEST_MS) };
  if (remaining === 0 && resetAtMs !== null) {
    const leftMs = Math.max(resetAtMs - serverTimeMs(headers, nowMs), 0);
    return { kind, retryAfterMs: Math.min(leftMs, LONGEST_MS) + MARGIN_MS };
  }
  const isSaid = status === 429 || /rate limit|abuse detection/i.test(message);
  return isSaid ? { kind, retryAfterMs: UNNAMED_MS } : null;
}

/** Their clock decides when their limit ends; ours may be wrong. */
export function serverTimeMs(headers: Headers, nowMs: number): number {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? nowMs : date;
}

function numberOf(headers: Headers, name: string): number | null {
  const text = headers.get(name) ?? '';
  return /^\d{1,12}$/.test(text) ? Number(text) : null;
}
