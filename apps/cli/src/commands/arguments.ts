import { InvalidArgumentError } from '@commander-js/extra-typings';
import { duration, EVENT_NAMES } from '@tamma/contracts';
import { SCORE_MAX } from '@tamma/domain';
import { z } from 'zod';
import { nearestIds } from '../api/nearest-ids.ts';

const ID_LENGTH_MAX = 200;
const LIMIT_MAX = 1000;
/** As much as the server lets anybody add at once. */
const USD_MAX = 100_000;
const OFFSET = /^\d{1,15}-\d{1,15}$/;

/** An id of a workflow or an approval. One of dots alone would be a way through the URL. */
export function parseId(text: string): string {
  const id = text.trim();
  if (id === '' || id.length > ID_LENGTH_MAX)
    throw new InvalidArgumentError(`Expected an id of 1 to ${ID_LENGTH_MAX} characters.`);
  if (/^\.+$/.test(id)) throw new InvalidArgumentError('Expected an id such as textkit-1.r1.');
  return id;
}

export function parseIssue(text: string): number {
  const digits = text.replace(/^#/, '');
  const issue = /^\d{1,15}$/.test(digits) ? Number(digits) : 0;
  if (issue >= 1) return issue;
  throw new InvalidArgumentError('Expected the number of an issue.');
}

export function parseLimit(text: string): number {
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new InvalidArgumentError(`Expected a whole number from 1 to ${LIMIT_MAX}.`);
}

export function parseScore(text: string): number {
  const score = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (score >= 0 && score <= SCORE_MAX) return score;
  throw new InvalidArgumentError(`Expected a whole number from 0 to ${SCORE_MAX}.`);
}

/** An amount in US dollars. */
export function parseUsd(text: string): number {
  const usd = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (usd > 0 && usd <= USD_MAX) return usd;
  throw new InvalidArgumentError(`Expected an amount in US dollars such as 5 or 0.50, ${USD_MAX} at most.`);
}

/** The server checks what is in it; here it has to be an object. */
export function parsePayload(text: string): Record<string, unknown> {
  const parsed = payloadSchema.safeParse(readJson(text));
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(
    `Expected an object as JSON, such as '{"project":"textkit","gate":"test","branch":"main"}'.`,
  );
}

const payloadSchema = z.record(z.string(), z.unknown());

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is refused like any other thing that is no object.
    return undefined;
  }
}

/** A type of event, its beginning such as `TASK.*`, or an alias. */
export function parseEventName(text: string): string {
  if (EVENT_NAMES.has(text)) return text;
  const near = nearestIds(text, [...EVENT_NAMES]);
  const hint =
    near.length === 0 ? 'docs/events.md lists those there are.' : `Did you mean ${near.join(', ')}?`;
  throw new InvalidArgumentError(`There is no event of that name. ${hint}`);
}

/** A place in the log: an offset as it is, `30m` for so long ago, or a moment such as 2026-01-02T08:30Z. */
export function parseSince(text: string, nowMs: number): string {
  if (OFFSET.test(text)) return text;
  const ago = duration.safeParse(text);
  if (ago.success) return placeAt(nowMs - ago.data);
  const moment = Date.parse(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && Number.isFinite(moment)) return placeAt(moment);
  throw new InvalidArgumentError(
    'Expected a length of time such as 30m, a moment such as 2026-01-02T08:30Z, or an offset such as 1767225600000-0.',
  );
}

/** Places in the log begin with the milliseconds at which they were told. */
export function placeAt(ms: number): string {
  return `${Math.max(0, Math.trunc(ms))}-0`;
}
