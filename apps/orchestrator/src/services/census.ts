import { type Capability, openStepOf, type WaitingReason, type WorkflowState } from '@tamma/domain';

/** Which part of the workflows a service has just looked through. */
type CensusPart = 'running' | 'paused';

/** What the leader's passes saw last, for gauges: nothing is read for them alone. Empty while somebody else leads. */
export interface Census {
  note(part: CensusPart, states: readonly WorkflowState[]): void;
  forget(): void;
  waitingByReason(): ReadonlyMap<WaitingReason, number>;
  /** Open escalations by level. */
  escalationsByLevel(): ReadonlyMap<number, number>;
  /** Since when the task that has waited longest for a worker does, by queue; milliseconds since the epoch. */
  oldestByQueue(): ReadonlyMap<Capability, number>;
}

interface Counted {
  readonly reasons: readonly WaitingReason[];
  readonly levels: readonly number[];
  readonly queued: ReadonlyMap<Capability, number>;
}

export function createCensus(): Census {
  const parts = new Map<CensusPart, Counted>();
  const counted = () => [...parts.values()];
  return {
    note: (part, states) => void parts.set(part, count(states)),
    forget: () => parts.clear(),
    waitingByReason: () => tally(counted().flatMap(({ reasons }) => reasons)),
    escalationsByLevel: () => tally(counted().flatMap(({ levels }) => levels)),
    oldestByQueue: () => new Map(counted().flatMap(({ queued }) => [...queued])),
  };
}

function count(states: readonly WorkflowState[]): Counted {
  const queued = new Map<Capability, number>();
  for (const state of states) {
    const { waitingFor } = state;
    const step = openStepOf(state);
    if (waitingFor?.reason !== 'worker' || waitingFor.until !== null || step === null) continue;
    const sinceMs = Date.parse(waitingFor.since);
    queued.set(step.capability, Math.min(sinceMs, queued.get(step.capability) ?? sinceMs));
  }
  return {
    reasons: states.flatMap(({ waitingFor }) => waitingFor?.reason ?? []),
    levels: states.flatMap(({ escalation }) => escalation?.level ?? []),
    queued,
  };
}

function tally<Key>(keys: readonly Key[]): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
