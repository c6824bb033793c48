/** Where neither header says how long to wait, in milliseconds. */
const DEFAULT_MS = 60_000;
/** The longest that is waited before the service is asked again, in milliseconds: a person may have raised the limit meanwhile. */
const PATIENCE_MAX_MS = 24 * 3_600_000;

const LIMITS = ['requests', 'tokens', 'input-tokens', 'output-tokens'];

/**
 * How long a service that limits us wants to be left alone, in milliseconds; at least 1. `accessAtMs` is the moment that its
 * words name, where they do: one that has passed says nothing.
 */
export function patienceOf(
  headers: Headers | undefined,
  nowMs: number,
  accessAtMs: number | null = null,
): number {
  const named = accessAtMs === null || accessAtMs <= nowMs ? null : accessAtMs - nowMs;
  const wanted = named ?? retryAfterMs(headers, nowMs) ?? resetMs(headers, nowMs) ?? DEFAULT_MS;
  return Math.min(Math.max(Math.ceil(wanted), 1), PATIENCE_MAX_MS);
}

/** Seconds, or a date. */
function retryAfterMs(headers: Headers | undefined, nowMs: number): number | null {
  const value = headers?.get('retry-after')?.trim();
  if (value === undefined || value === '') return null;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? seconds * 1000 : untilMs(value, nowMs);
}

/** The latest reset among the limits of which nothing remains. */
function resetMs(headers: Headers | undefined, nowMs: number): number | null {
  const waits = LIMITS.filter((limit) => headers?.get(`anthropic-ratelimit-${limit}-remaining`) === '0')
    .map((limit) => untilMs(headers?.get(`anthropic-ratelimit-${limit}-reset`) ?? '', nowMs))
    .filter((wait) => wait !== null);
  return waits.length === 0 ? null : Math.max(...waits);
}

function untilMs(date: string, nowMs: number): number | null {
  const atMs = Date.parse(date);
  return Number.isNaN(atMs) ? null : atMs - nowMs;
}
