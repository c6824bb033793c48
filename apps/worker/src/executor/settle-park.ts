import type { StoredWait } from '@tamma/coordination';
import type { Fact } from '@tamma/domain';
import { NOTHING_STORED, type Settlement, type SettleRequest } from './settle-request.ts';

/** When a task that waits is to be woken: when it looks again, at its deadline at the latest. */
export function parkUntilMs({ untilMs, recheckMs }: StoredWait, nowMs: number): number {
  return recheckMs === null ? untilMs : Math.min(nowMs + recheckMs, untilMs);
}

/**
 * Parks for something, and tells what until when; the facts go before that. What ends with a run only shows the next
 * one: its deadline means nothing to whoever looks.
 */
export function settlePark(
  { teller, nowMs }: SettleRequest,
  wait: StoredWait,
  before: readonly Fact[],
): Settlement {
  const { on, why } = wait;
  const parkedUntilMs = parkUntilMs(wait, nowMs);
  const until = new Date(wait.atDeadline === 'run' ? parkedUntilMs : wait.untilMs).toISOString();
  const facts: Fact[] = [...before, { type: 'TASK.PARKED.SUCCESS', data: { on, until, why } }];
  return {
    ...NOTHING_STORED,
    wait,
    events: facts.map((fact) => teller.event(fact)),
    fate: { kind: 'park', until: parkedUntilMs },
  };
}
