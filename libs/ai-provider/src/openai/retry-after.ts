const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LIMITS = ['requests', 'tokens'] as const;

/** How long the service asks to wait, in milliseconds, by whatever header says so; undefined: it does not say. */
export function retryAfterOf(headers: Headers, nowMs: number): number | undefined {
  return (
    parseNumber(headers.get('retry-after-ms')) ??
    parseRetryAfter(headers.get('retry-after'), nowMs) ??
    resetOf(headers)
  );
}

/** `Please retry in 34.07s`, `try again in 6m0s`, `Please retry after 26 seconds`. */
const NAMED =
  /\b(?:retry|try again) (?:in|after) ((?:\d+(?:\.\d+)? ?(?:ms|s(?:econds?)?|m(?:inutes?)?|h(?:ours?)?|d(?:ays?)?) ?)+)/i;
/** In the details of Google's errors, wherever they stand: Gemini sends the whole error in a list. */
const RETRY_INFO = /"retryDelay":"([\d.]+s)"/;

/** The wait that a refusal names, in its details or in its words, in milliseconds; undefined: none. */
export function waitNamedBy(words: string, error: unknown): number | undefined {
  const delay = RETRY_INFO.exec(JSON.stringify(error) ?? '')?.[1];
  const inWords = NAMED.exec(words)?.[1]?.toLowerCase().replaceAll(' ', '');
  return parseSpan(delay ?? '') ?? parseSpan(inWords?.replace(/(ms|[smhd])[a-z]*/g, '$1') ?? '');
}

/** A time span such as `6m0.5s` or `20ms`, in milliseconds; a bare number stands for seconds. */
function parseSpan(text: string): number | undefined {
  const bare = parseNumber(text);
  if (bare !== undefined) return bare * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)];
  return parts.reduce((sum, [, value, unit = '']) => sum + Number(value) * (UNITS_MS[unit] ?? 0), 0);
}

function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  const seconds = parseNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** The latest reset among the limits that are used up; of all, where none says that it is. */
function resetOf(headers: Headers): number | undefined {
  const usedUp = LIMITS.filter((limit) => headers.get(`x-ratelimit-remaining-${limit}`) === '0');
  const resets = (usedUp.length > 0 ? usedUp : LIMITS)
    .map((limit) => parseSpan(headers.get(`x-ratelimit-reset-${limit}`) ?? ''))
    .filter((ms) => ms !== undefined);
  return resets.length === 0 ? undefined : Math.max(...resets);
}

function parseNumber(text: string | null): number | undefined {
  return text !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
