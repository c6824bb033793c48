import type { Circuits, ServiceCall, ServiceHold } from '@tamma/coordination';
import {
  admitCall,
  afterBreakOff,
  afterFailure,
  afterSuccess,
  BREAKER_DEFAULTS,
  type BreakerState,
  CLOSED,
} from '@tamma/domain';

/** Circuits by the domain's own rules and a clock of the test's, for one process. */
export function memoryCircuits(now: () => number): Circuits {
  const states = new Map<string, { readonly call: ServiceCall; readonly state: BreakerState }>();
  const holds = new Map<string, ServiceHold>();
  const keyOf = ({ service, operation }: ServiceCall) => `${service}:${operation}`;
  const stateOf = (call: ServiceCall) => states.get(keyOf(call))?.state ?? CLOSED;
  const keep = (call: ServiceCall, state: BreakerState) => states.set(keyOf(call), { call, state });
  return {
    admit: async (call) => {
      const held = holds.get(call.service);
      if (held !== undefined && held.untilMs > now()) {
        return { kind: 'refused', reason: 'rate-limit', untilMs: held.untilMs, why: held.why };
      }
      const admission = admitCall(stateOf(call), BREAKER_DEFAULTS, now());
      if (!admission.admitted) {
        return { kind: 'refused', reason: 'circuit', untilMs: admission.untilMs, why: admission.why };
      }
      keep(call, admission.state);
      return { kind: 'admitted' };
    },
    succeeded: async (call) => {
      const before = stateOf(call);
      keep(call, afterSuccess(before));
      return before.status === 'half-open' ? 'closed' : 'unchanged';
    },
    failed: async (call, why) => {
      const before = stateOf(call);
      const after = afterFailure(before, BREAKER_DEFAULTS, { why, nowMs: now() });
      keep(call, after);
      return after.status === 'open' && before.status !== 'open' ? { openedUntilMs: after.untilMs } : null;
    },
    brokenOff: async (call) => void keep(call, afterBreakOff(stateOf(call), now())),
    hold: async (hold) => {
      if ((holds.get(hold.service)?.untilMs ?? 0) >= hold.untilMs) return false;
      holds.set(hold.service, hold);
      return true;
    },
    listCircuits: async () => [...states.values()].map(({ call, state }) => ({ ...call, state })),
    listHolds: async () => [...holds.values()],
  };
}
