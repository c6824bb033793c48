const UNITS_MS: readonly (readonly [RegExp, number])[] = [
  [/([\d.]+)\s*d(?:ays?)?\b/i, 86_400_000],
  [/([\d.]+)\s*h(?:ours?|rs?)?\b/i, 3_600_000],
  [/([\d.]+)\s*m(?:in(?:ute)?s?)?\b/i, 60_000],
  [/([\d.]+)\s*s(?:ec(?:ond)?s?)?\b/i, 1000],
];
const DAY_MS = 86_400_000;

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

/** `try again in 3 days 4 hours 9 minutes`, `retry in 34.07s` */
function spanTold(words: string): number | undefined {
  const span =
    /\b(?:again|retry|resets?|wait)\b[^.\d]{0,20}\b(?:in|for|after)\b\s*((?:[\d.]+\s*[a-z]+[\s,]*(?:and\s+)?){1,4})/i.exec(
      words,
    )?.[1];
  if (span === undefined) return undefined;
  const parts = UNITS_MS.map(([unit, ms]) => Number(unit.exec(span)?.[1] ?? 0) * ms);
  const sum = parts.reduce((total, part) => total + part, 0);
  return sum > 0 ? sum : undefined;
}

/** `try again at 3:04 PM`, `resets 3am`, `try again at Nov 22nd, 2026 9:03 PM`; by the clock of this machine. */
function momentTold(words: string, nowMs: number): number | undefined {
  const day =
    /\b(?:again|resets?)\b(?:\s+at|\s+on)?\s+([A-Z][a-z]{2,8} \d{1,2})(?:st|nd|rd|th)?(,? \d{4},? \d{1,2}:\d{2}(?: ?[AP]M)?)/.exec(
      words,
    );
  if (day !== null) return Date.parse(`${day[1]}${day[2]}`) - nowMs;
  const clock = /\b(?:again|resets?)\b(?:\s+at)?\s+(\d{1,2})(?::(\d{2}))?\s*([ap])\.?m/i.exec(words);
  if (clock === null) return undefined;
  const [, hour = '', minute = '0', half = ''] = clock;
  const moment = new Date(nowMs);
  moment.setHours((Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0), Number(minute), 0, 0);
  const waitMs = moment.getTime() - nowMs;
  return waitMs < 0 ? waitMs + DAY_MS : waitMs;
}
