import type { StoredWait } from '@tamma/coordination';
import {
  budgetRenewsAtMs,
  decideHold,
  decideRetry,
  type ErrorClass,
  type ErrorReport,
  LEVEL_AUTOMATIC,
  type Outcome,
} from '@tamma/domain';
import { escalationOf, settleEscalation } from './settle-escalation.ts';
import { settlePark } from './settle-park.ts';
import { NOTHING_STORED, type RefusedCall, type Settlement, type SettleRequest } from './settle-request.ts';

/** How long a task waits altogether for a service that is left alone, before a person is asked. */
const REFUSED_MAX_MS = 24 * 3_600_000;
/** A limit that names at least so long is one of use, of a day, a week or a month: waited for until it is over. */
const USE_LIMIT_MS = 3_600_000;
const USE_LIMIT_MAX_MS = 31 * 24 * 3_600_000;
/** How rarely a task looks at least whether a service that refuses it again and again may be called. */
const REFUSED_RECHECK_MAX_MS = 5 * 60_000;
/** How rarely a task looks at least whether others gave back money that they held. */
const SPENT_RECHECK_MAX_MS = 15 * 60_000;
/** So that not everybody who waits for a service comes at the same moment. */
const SPREAD_MS = 2000;

type Retry = Extract<Outcome<unknown>, { kind: 'retry' }>;

/** Tried again, else held by the engine itself, else a person is asked. */
export function settleRetry(request: SettleRequest, { error, retryAfterMs, exhausted }: Retry): Settlement {
  const { teller, random, holds } = request;
  const failures = request.failures + 1;
  const question = { class: error.class, failures, retryAfterMs, random };
  const decision = decideRetry(exhausted === undefined ? question : { ...question, exhausted });
  if (!decision.retry) {
    const hold = decideHold(error.class, holds);
    return hold === null
      ? settleEscalation(escalationOf(request), error)
      : settleHold(request, error, hold.forMs);
  }
  const data = { error, retryCount: failures, retryDelayMs: decision.delayMs };
  return {
    ...NOTHING_STORED,
    events: [teller.event({ type: 'TASK.RETRY.SCHEDULED', data })],
    fate: { kind: 'retry', delayMs: decision.delayMs, why: error.message },
  };
}

function settleHold(request: SettleRequest, error: ErrorReport, forMs: number): Settlement {
  const untilMs = request.nowMs + forMs;
  const data = { level: LEVEL_AUTOMATIC, error, until: new Date(untilMs).toISOString() };
  const parked = settlePark(request, { ...waitFor(error), untilMs, recheckMs: null }, [
    { type: 'ESCALATION.TRIGGERED.SUCCESS', data },
  ]);
  return { ...parked, isHeld: true };
}

/**
 * Burns nothing: the task looks again when its service may be called again, for a day at most, or a month where the service
 * names a limit of use, and rarer when it is refused again; a day's budget comes anew.
 */
export function settleRefused(request: SettleRequest, { error, untilMs }: RefusedCall): Settlement {
  const { nowMs, random } = request;
  const namedMs = Math.round(Math.max(0, untilMs - nowMs) + SPREAD_MS * random);
  if (error.class === 'budget') return settleSpent(request, { ...waitFor(error), recheckMs: namedMs });
  const since = refusedSince(request);
  const recheckMs = Math.max(namedMs, laterThan(since?.recheckMs ?? 0, REFUSED_RECHECK_MAX_MS));
  const wait = { ...waitFor(error), recheckMs };
  const isOfUse = error.class === 'rate-limit' && namedMs >= USE_LIMIT_MS;
  if (isOfUse && !isUseLimit(since))
    return settlePark(request, { ...wait, untilMs: nowMs + USE_LIMIT_MAX_MS }, []);
  if (since !== null && since.untilMs <= nowMs) return settleEscalation(escalationOf(request), error);
  return settlePark(request, { ...wait, untilMs: since?.untilMs ?? nowMs + REFUSED_MAX_MS }, []);
}

function isUseLimit(wait: StoredWait | null): boolean {
  return wait?.on === 'rate-limit' && (wait.recheckMs ?? 0) >= USE_LIMIT_MS;
}

/**
 * When others hold what is missing it looks again soon, and ever more rarely while that lasts: some of it may be held for
 * calls that nobody will ever settle. A new day is never slept through.
 */
function settleSpent(request: SettleRequest, wait: Omit<StoredWait, 'untilMs'>): Settlement {
  const { nowMs, wait: last } = request;
  const soonMs = wait.recheckMs ?? 0;
  const knownMs = last?.on === 'budget' ? (last.recheckMs ?? 0) : 0;
  const midnightMs = budgetRenewsAtMs('all', nowMs) ?? nowMs;
  const laterMs = Math.min(laterThan(knownMs, SPENT_RECHECK_MAX_MS), midnightMs - nowMs);
  const recheckMs = Math.max(soonMs, laterMs);
  return settlePark(request, { ...wait, recheckMs, untilMs: nowMs + recheckMs }, []);
}

/** Twice the last pause, up to a limit; one that was longer than that by somebody's word says nothing of the next. */
function laterThan(lastMs: number, maxMs: number): number {
  return lastMs <= maxMs ? Math.min(2 * lastMs, maxMs) : 0;
}

/** Whichever service it was: only a call that was not made looks again by itself and then runs. A hold does not look. */
function refusedSince({ wait: last }: SettleRequest): StoredWait | null {
  if (last === null || last.on === 'budget') return null;
  return last.recheckMs !== null && last.atDeadline === 'run' ? last : null;
}

const WAIT_OF_CLASS: ReadonlyMap<ErrorClass, 'rate-limit' | 'budget'> = new Map([
  ['rate-limit', 'rate-limit'],
  ['budget', 'budget'],
]);

function waitFor(error: ErrorReport): Omit<StoredWait, 'untilMs' | 'recheckMs'> {
  return {
    on: WAIT_OF_CLASS.get(error.class) ?? 'circuit',
    key: null,
    atDeadline: 'run',
    why: error.message,
    approval: null,
    round: null,
  };
}
