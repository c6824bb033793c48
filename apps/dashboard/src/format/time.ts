const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `850 ms`, `4.7 s`, `3 min 12 s`, `2 h 5 min`, `3 d 4 h`; two units at most. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (Number.isNaN(ms)) return '–';
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND_MS) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return pair(ms, [MINUTE_MS, 'min'], [SECOND_MS, 's']);
  if (ms < DAY_MS) return pair(ms, [HOUR_MS, 'h'], [MINUTE_MS, 'min']);
  return pair(ms, [DAY_MS, 'd'], [HOUR_MS, 'h']);
}

type Unit = readonly [lengthMs: number, name: string];

function pair(ms: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const rest = Math.floor((ms % largeMs) / smallMs);
  const whole = `${Math.floor(ms / largeMs)} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

/** How long ago a moment was, in one unit: it is read, not measured. */
export function formatAgo(at: string, nowMs: number): string {
  const ms = nowMs - Date.parse(at);
  if (Number.isNaN(ms)) return '–';
  return ms < 5 * SECOND_MS ? 'just now' : `${inOneUnit(ms)} ago`;
}

/** The same of something that goes on, to be read after "for". */
export function formatAge(at: string, nowMs: number): string {
  const ms = nowMs - Date.parse(at);
  return Number.isNaN(ms) ? '–' : inOneUnit(Math.max(0, ms));
}

/** `in 23 h`, or `2 min overdue`. */
export function formatUntil(at: string, nowMs: number): string {
  const ms = Date.parse(at) - nowMs;
  if (Number.isNaN(ms)) return '–';
  return ms >= 0 ? `in ${inOneUnit(ms)}` : `${inOneUnit(-ms)} overdue`;
}

function inOneUnit(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** `14:03:22` where the reader is. */
export function formatClock(at: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return '–';
  return [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(twoDigits).join(':');
}

/** `2026-01-31 14:03` where the reader is. */
export function formatMoment(at: string): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return '–';
  const day = [moment.getFullYear(), twoDigits(moment.getMonth() + 1), twoDigits(moment.getDate())].join('-');
  return `${day} ${formatClock(at).slice(0, 5)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
