const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const UNITS_MS: readonly (readonly [RegExp, number])[] = [
  [/([\d.]+)\s*d(?:ays?)?(?![a-z])/i, DAY_MS],
  [/([\d.]+)\s*h(?:ours?|rs?)?(?![a-z])/i, HOUR_MS],
  [/([\d.]+)\s*m(?:in(?:ute)?s?)?(?![a-z])/i, MINUTE_MS],
  [/([\d.]+)\s*s(?:ec(?:ond)?s?)?(?![a-z])/i, 1000],
];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** How long a program's words ask to wait, in milliseconds; undefined: they name no time. */
export function waitTold(words: string, nowMs: number): number | undefined {
  const waitMs = epochTold(words, nowMs) ?? spanTold(words) ?? momentTold(words, nowMs);
  return waitMs === undefined || !Number.isFinite(waitMs) ? undefined : Math.max(0, waitMs);
}

/** `Claude AI usage limit reached|1754632800` */
function epochTold(words: string, nowMs: number): number | undefined {
  const seconds = /\|(\d{10})\b/.exec(words)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000 - nowMs;
}

/** `try again in 3 days 4 hours 9 minutes`, `retry in 34.07s`, `reset after 3h32m15s` */
function spanTold(words: string): number | undefined {
  const span =
    /\b(?:again|retry|resets?|wait)\b[^.\d]{0,20}\b(?:in|for|after|within)\b\s*((?:[\d.]+\s*[a-z]+[\s,]*(?:and\s+)?){1,4})/i.exec(
      words,
    )?.[1];
  if (span === undefined) return undefined;
  const parts = UNITS_MS.map(([unit, ms]) => Number(unit.exec(span)?.[1] ?? 0) * ms);
  const sum = parts.reduce((total, part) => total + part, 0);
  return sum > 0 ? sum : undefined;
}

const MOMENT = new RegExp(
  [
    /\b(?:again|resets?)\b(?:\s+(?:at|on))?\s+/,
    /(?:(?<month>[a-z]{3,9})\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?<year>\d{4}))?(?:,|\s+at)?\s+)?/,
    /(?<hour>\d{1,2})(?:(?::(?<minute>\d{2}))?\s*(?<half>[ap])\.?m\b|:(?<past>\d{2})\b)/,
    /(?:\.?\s*\((?<zone>[a-z][\w+/-]*)\))?/,
  ]
    .map(({ source }) => source)
    .join(''),
  'i',
);

/**
 * `try again at 3:04 PM`, `resets 3am`, `resets Oct 14 at 3pm (Asia/Tokyo)`, `try again at Nov 22nd, 2026 9:03 PM`: the next
 * such moment, by the clock of the zone that is named, else of this machine.
 */
function momentTold(words: string, nowMs: number): number | undefined {
  const told = MOMENT.exec(words)?.groups;
  if (told === undefined) return undefined;
  const { zone } = told;
  // What clocks there show now, read as if it were UTC.
  const now = new Date(nowMs + offsetOf(zone, nowMs));
  const month =
    told.month === undefined ? now.getUTCMonth() : MONTHS.indexOf(told.month.slice(0, 3).toLowerCase());
  if (month === -1) return undefined;
  const day = Number(told.day ?? now.getUTCDate());
  const at = (year: number) => {
    const shown = Date.UTC(year, month, day, hourOf(told), Number(told.minute ?? told.past ?? 0));
    return shown - offsetOf(zone, shown - offsetOf(zone, nowMs)) - nowMs;
  };
  if (told.year !== undefined) return at(Number(told.year));
  const waitMs = at(now.getUTCFullYear());
  if (told.month === undefined) return waitMs < 0 ? waitMs + DAY_MS : waitMs;
  // That of this very day is over: clocks differ. One that lies farther back is meant for the year to come.
  return waitMs < -DAY_MS ? at(now.getUTCFullYear() + 1) : waitMs;
}

function hourOf({ hour, half }: Readonly<Record<string, string | undefined>>): number {
  if (half === undefined) return Number(hour);
  return (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/** How far the clocks of a zone are ahead of UTC; those of this machine where it is none that is known. */
function offsetOf(zone: string | undefined, atMs: number): number {
  const ofMachine = -new Date(atMs).getTimezoneOffset() * MINUTE_MS;
  const name = zone === undefined ? null : offsetName(zone, atMs);
  if (name === null) return ofMachine;
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
}

/** Such as `GMT+05:30`, or `GMT`. */
function offsetName(timeZone: string, atMs: number): string | null {
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    return format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? null;
  } catch (thrown) {
    if (thrown instanceof RangeError) return null;
    throw thrown;
  }
}
