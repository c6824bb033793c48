import type { ErrorClass } from './errors.ts';

/** The four levels, from one: the engine helps itself, who is on call, the lead, everybody. */
export const ESCALATION_LEVELS = ['automatic', 'on-call', 'lead', 'all-hands'] as const;
export type EscalationLevelName = (typeof ESCALATION_LEVELS)[number];

export const LEVEL_AUTOMATIC = 1;
export const LEVEL_ON_CALL = 2;
export const LEVEL_LEAD = 3;
export const LEVEL_ALL_HANDS = 4;

/** Parts of an escalation's time after which nobody having answered concerns more people. */
const LEAD_AFTER = 1 / 4;
const ALL_HANDS_AFTER = 3 / 4;

export interface OpenEscalation {
  readonly errorClass: ErrorClass;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly nowMs: number;
}

/** Whom an escalation concerns by now. Trouble of the machine itself begins one level higher. */
export function escalationLevelAt({ errorClass, sinceMs, untilMs, nowMs }: OpenEscalation): number {
  const span = untilMs - sinceMs;
  const spent = span <= 0 ? 1 : (nowMs - sinceMs) / span;
  const first = errorClass === 'system' ? LEVEL_LEAD : LEVEL_ON_CALL;
  if (spent >= ALL_HANDS_AFTER) return LEVEL_ALL_HANDS;
  return spent >= LEAD_AFTER ? Math.min(first + 1, LEVEL_ALL_HANDS) : first;
}

export function escalationLevelName(level: number): EscalationLevelName {
  return ESCALATION_LEVELS[level - 1] ?? 'on-call';
}

/** How often the engine holds one task by itself before a person is asked, and for how long each time. */
export const HOLDS_MAX = 3;
export const HOLD_MS = 300_000;

/**
 * The first level: trouble of a service that may pass by itself holds its task for a while instead of stopping it,
 * a few times. Null: a person is needed.
 */
export function decideHold(errorClass: ErrorClass, holds: number): { readonly forMs: number } | null {
  const mayPass = errorClass === 'network' || errorClass === 'rate-limit';
  return mayPass && holds < HOLDS_MAX ? { forMs: HOLD_MS } : null;
}
