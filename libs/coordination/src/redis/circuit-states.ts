import {
  admitCall,
  afterBreakOff,
  afterFailure,
  afterSuccess,
  type BreakerSettings,
  type BreakerState,
  type CallFailure,
  CLOSED,
} from '@tamma/domain';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { CallVerdict, ServiceHold } from '../circuits.ts';
import { type Change, createSharedStates, type SharedStates } from './shared-states.ts';

/** Fields of each hash: far more than there are services and operations. */
const FIELDS_MAX = 500;

const untilWhy = { untilMs: z.number(), why: z.string() };
const stateSchema: z.ZodType<BreakerState> = z.discriminatedUnion('status', [
  z.object({ status: z.literal('closed'), failuresAt: z.array(z.number()) }),
  z.object({ status: z.literal('open'), ...untilWhy }),
  z.object({ status: z.literal('half-open'), ...untilWhy }),
]);

export type StoredHold = Omit<ServiceHold, 'service'>;
const holdSchema: z.ZodType<StoredHold> = z.object(untilWhy);

export interface HashOptions {
  readonly redis: Redis;
  readonly key: string;
  readonly now: () => number;
}

/** A closed circuit without failures has no field. */
export function sharedCircuits(
  options: HashOptions & { readonly settings: BreakerSettings },
): SharedStates<BreakerState> {
  const { now, settings } = options;
  const isStale = (state: BreakerState): boolean =>
    state.status === 'closed'
      ? state.failuresAt.every((atMs) => now() - atMs >= settings.windowMs)
      : state.untilMs <= now();
  return createSharedStates({ ...options, fieldsMax: FIELDS_MAX, parse: parserOf(stateSchema), isStale });
}

export function sharedHolds(options: HashOptions): SharedStates<StoredHold> {
  const isStale = (hold: StoredHold): boolean => hold.untilMs <= options.now();
  return createSharedStates({ ...options, fieldsMax: FIELDS_MAX, parse: parserOf(holdSchema), isStale });
}

export interface Judgement {
  readonly verdict: CallVerdict;
  readonly isTrial: boolean;
}

export function judge(
  state: BreakerState | null,
  settings: BreakerSettings,
  nowMs: number,
): Change<BreakerState, Judgement> {
  const admission = admitCall(state ?? CLOSED, settings, nowMs);
  if (!admission.admitted) {
    const { untilMs, why } = admission;
    return {
      state,
      answer: { verdict: { kind: 'refused', reason: 'circuit', untilMs, why }, isTrial: false },
    };
  }
  const isTrial = admission.state.status === 'half-open';
  return { state: isTrial ? admission.state : state, answer: { verdict: { kind: 'admitted' }, isTrial } };
}

export function afterTrial(state: BreakerState | null): Change<BreakerState, 'closed' | 'unchanged'> {
  if (state === null || state.status === 'closed') return { state, answer: 'unchanged' };
  const isClosed = afterSuccess(state).status === 'closed';
  return isClosed ? { state: null, answer: 'closed' } : { state, answer: 'unchanged' };
}

export function afterBrokenOffTrial(state: BreakerState | null, nowMs: number): Change<BreakerState, void> {
  return { state: state === null ? null : afterBreakOff(state, nowMs), answer: undefined };
}

export function afterFailedCall(
  state: BreakerState | null,
  settings: BreakerSettings,
  failure: CallFailure,
): Change<BreakerState, { readonly openedUntilMs: number } | null> {
  const before = state ?? CLOSED;
  const after = afterFailure(before, settings, failure);
  if (after === before) return { state, answer: null };
  return { state: after, answer: after.status === 'open' ? { openedUntilMs: after.untilMs } : null };
}

/** The longer one of two holds stands. */
export function afterHold(state: StoredHold | null, hold: StoredHold): Change<StoredHold, boolean> {
  const isHeld = state !== null && state.untilMs >= hold.untilMs;
  return isHeld ? { state, answer: false } : { state: hold, answer: true };
}

function parserOf<State>(schema: z.ZodType<State>): (text: string) => State | null {
  return (text) => {
    try {
      return schema.safeParse(JSON.parse(text)).data ?? null;
    } catch {
      return null;
    }
  };
}
