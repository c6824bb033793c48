/**
 * What an account may use in a month, or a workspace of it, which the API tells with status 400: "You have reached your
 * specified API usage limits. You will regain access on 2026-04-01 at 00:00 UTC."
 */
export const USAGE_LIMIT = /reached your (?:\w+ ){0,3}usage limits?\b/i;

const ACCESS = /regain access on (\d{4}-\d{2}-\d{2})(?: at (\d{2}:\d{2}) UTC)?/i;

/** When there is access again, in milliseconds; null where that is not said, or cannot be read. */
export function accessAtMs(words: string): number | null {
  const [, date, time = '00:00'] = ACCESS.exec(words) ?? [];
  const atMs = date === undefined ? Number.NaN : Date.parse(`${date}T${time}:00Z`);
  return Number.isNaN(atMs) ? null : atMs;
}
