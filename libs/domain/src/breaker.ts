import type { ErrorClass } from './errors.ts';

/** How many failures within which window open a circuit, and for how long. */
export interface BreakerSettings {
  readonly failuresMax: number;
  readonly windowMs: number;
  readonly openMs: number;
}

export const BREAKER_DEFAULTS: BreakerSettings = { failuresMax: 5, windowMs: 60_000, openMs: 300_000 };

/** The state of one circuit: a service and one operation of it. Shared by all processes. */
export type BreakerState =
  | { readonly status: 'closed'; readonly failuresAt: readonly number[] }
  | { readonly status: 'open'; readonly untilMs: number; readonly why: string }
  /** One call is on trial until that moment; if nobody has heard of it by then, another one is tried. */
  | { readonly status: 'half-open'; readonly untilMs: number; readonly why: string };

export const CLOSED: BreakerState = { status: 'closed', failuresAt: [] };

/** What a call may do now, and the state from then on. */
export type Admission =
  | { readonly admitted: true; readonly state: BreakerState }
  | { readonly admitted: false; readonly untilMs: number; readonly why: string };

export function admitCall(state: BreakerState, settings: BreakerSettings, nowMs: number): Admission {
  if (state.status === 'closed') return { admitted: true, state };
  const { untilMs, why } = state;
  if (nowMs < untilMs) return { admitted: false, untilMs, why };
  return { admitted: true, state: { status: 'half-open', untilMs: nowMs + settings.openMs, why } };
}

/** A success closes a circuit that was on trial. One that still was under way when the circuit opened proves nothing. */
export function afterSuccess(state: BreakerState): BreakerState {
  return state.status === 'half-open' ? CLOSED : state;
}

/** A trial that was broken off proves nothing: the next call is one. */
export function afterBreakOff(state: BreakerState, nowMs: number): BreakerState {
  return state.status === 'half-open' ? { status: 'open', untilMs: nowMs, why: state.why } : state;
}

export interface CallFailure {
  readonly why: string;
  readonly nowMs: number;
}

/** A call that failed for good, with all its retries; a trial that failed opens the circuit anew. */
export function afterFailure(
  state: BreakerState,
  settings: BreakerSettings,
  { why, nowMs }: CallFailure,
): BreakerState {
  const open: BreakerState = { status: 'open', untilMs: nowMs + settings.openMs, why };
  if (state.status === 'half-open') return open;
  if (state.status === 'open') return state;
  const recent = state.failuresAt.filter((atMs) => nowMs - atMs < settings.windowMs);
  const failuresAt = [...recent, nowMs];
  return failuresAt.length >= settings.failuresMax ? open : { status: 'closed', failuresAt };
}

/** Whether an error says that the service is in trouble, rather than our request. */
export function isServiceTrouble(errorClass: ErrorClass): boolean {
  return errorClass === 'network' || errorClass === 'unknown';
}
