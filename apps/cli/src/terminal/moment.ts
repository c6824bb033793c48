const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `2026-01-02 08:30 UTC`; what is no moment is shown as it is. */
export function formatMoment(iso: string): string {
  const moment = parse(iso);
  return moment === null ? iso : `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `2026-01-02 08:30:59` in UTC. */
export function formatSecond(iso: string): string {
  return parse(iso)?.toISOString().slice(0, 19).replace('T', ' ') ?? iso;
}

/** `08:30:59` in UTC. */
export function formatClock(iso: string): string {
  return parse(iso)?.toISOString().slice(11, 19) ?? iso;
}

/** `12 m ago`. */
export function formatAgo(iso: string, nowMs: number): string {
  const moment = parse(iso);
  return moment === null ? iso : `${formatRough(Math.max(0, nowMs - moment.getTime()))} ago`;
}

/** `2026-01-02 08:30 UTC (in 23 h)`. */
export function formatUntil(iso: string, nowMs: number): string {
  const moment = parse(iso);
  if (moment === null) return iso;
  const leftMs = moment.getTime() - nowMs;
  return `${formatMoment(iso)} (${leftMs > 0 ? `in ${formatRough(leftMs)}` : 'over'})`;
}

/** Milliseconds as `0.2 s`, `3 m 12 s`, `2 h 5 m` or `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < HOUR_MS) return `${whole(ms, MINUTE_MS)} m ${whole(ms % MINUTE_MS, SECOND_MS)} s`;
  if (ms < DAY_MS) return `${whole(ms, HOUR_MS)} h ${whole(ms % HOUR_MS, MINUTE_MS)} m`;
  return `${whole(ms, DAY_MS)} d ${whole(ms % DAY_MS, HOUR_MS)} h`;
}

/** How long it is from one moment to another, in milliseconds; 0 when either is none. */
export function msBetween(from: string, to: string): number {
  const ms = Date.parse(to) - Date.parse(from);
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

function formatRough(ms: number): string {
  if (ms < MINUTE_MS) return `${whole(ms, SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${whole(ms, MINUTE_MS)} m`;
  return ms < 2 * DAY_MS ? `${whole(ms, HOUR_MS)} h` : `${whole(ms, DAY_MS)} d`;
}

function whole(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs);
}

function parse(iso: string): Date | null {
  const moment = new Date(iso);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
