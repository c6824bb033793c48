import { TammaError } from '@tamma/domain';

/** Deeper than any value of ours; PostgreSQL and every reader recurse. */
const NESTING_MAX = 64;

/** PostgreSQL refuses NUL and halves of surrogate pairs; one hostile text must not block what comes after it. */
export function cleanText(text: string): string {
  return isCleanText(text) ? text : text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** The value as jsonb gives it back. Throws a TammaError with code `NESTED_TOO_DEEP`. */
export function cleanJson<Value>(value: Value): Value {
  // Almost every value is clean, and looking costs a fraction of copying.
  return isClean(value, 0) ? value : (clean(value, 0) as Value);
}

/** Whether it would come out of `clean` unchanged. */
function isClean(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isCleanText(value);
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return value !== undefined;
  if (depth >= NESTING_MAX) return false;
  if (Array.isArray(value)) return value.every((item) => isClean(item, depth + 1));
  for (const key of Object.keys(value)) {
    if (!isCleanText(key) || !isClean(Reflect.get(value, key), depth + 1)) return false;
  }
  return true;
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  // JSON knows no -0: adding 0 turns it into 0, as it will be read.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= NESTING_MAX) {
    throw new TammaError('NESTED_TOO_DEEP', `a value is nested deeper than ${NESTING_MAX} levels`, {
      class: 'validation',
    });
  }
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [cleanText(key), clean(member, depth + 1)]));
}

const EARLIEST_MS = Date.parse('1970-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** As our own producers write a moment, on a day that every month has: it is what would come out. */
const USUAL_MOMENT =
  /^2\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** A moment fit for a column that sorts; the event itself keeps what its producer said. */
export function cleanMoment(at: string): string {
  if (USUAL_MOMENT.test(at)) return at;
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return new Date(EARLIEST_MS).toISOString();
  return new Date(Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS)).toISOString();
}
