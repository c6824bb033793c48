import type { StoredWait } from '@tamma/coordination';
import { decideHold, decideRetry, type ErrorReport, LEVEL_AUTOMATIC, type Outcome } from '@tamma/domain';
import { escalationOf, settleEscalation } from './settle-escalation.ts';
import { settlePark } from './settle-park.ts';
import { NOTHING_STORED, type RefusedCall, type Settlement, type SettleRequest } from './settle-request.ts';

/** How long a task waits altogether for a service that is left alone, before a person is asked. */
const REFUSED_MAX_MS = 24 * 3_600_000;
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

/** Burns nothing: the task looks again when its service may be called again, for a day at most. */
export function settleRefused(request: SettleRequest, { error, untilMs }: RefusedCall): Settlement {
  const { wait: last, nowMs, random } = request;
  const wait = waitFor(error);
  // Whichever service it was: only a call that was not made looks again by itself and then runs. A hold does not look.
  const since = last !== null && last.recheckMs !== null && last.atDeadline === 'run' ? last : null;
  if (since !== null && since.untilMs <= nowMs) return settleEscalation(escalationOf(request), error);
  const recheckMs = Math.round(Math.max(0, untilMs - nowMs) + SPREAD_MS * random);
  const deadlineMs = since?.untilMs ?? nowMs + REFUSED_MAX_MS;
  return settlePark(request, { ...wait, untilMs: deadlineMs, recheckMs }, []);
}

function waitFor(error: ErrorReport): Omit<StoredWait, 'untilMs' | 'recheckMs'> {
  const on = error.class === 'rate-limit' ? 'rate-limit' : 'circuit';
  return { on, key: null, atDeadline: 'run', why: error.message, approval: null, round: null };
}
