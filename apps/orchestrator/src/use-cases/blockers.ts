import type { Explanation } from '@tamma/contracts';
import type { CircuitView, QueuePause, ServiceHold, WorkerReport } from '@tamma/coordination';
import {
  type Capability,
  escalationLevelName,
  hasWorkflowEnded,
  openStepOf,
  type WorkflowState,
} from '@tamma/domain';
import { isEverythingPaused } from './queue-control.ts';

export type Blocker = Explanation['blockedBy'][number];

/** What all workflows share and may have to wait for, at one moment. */
export interface Surroundings {
  readonly pauses: readonly QueuePause[];
  /** Those that were seen lately enough. */
  readonly workers: readonly WorkerReport[];
  /** Circuits that are not closed. */
  readonly circuits: readonly CircuitView[];
  readonly holds: readonly ServiceHold[];
}

/** All that keeps a workflow from going on at this moment. */
export function blockersOf(state: WorkflowState, around: Surroundings): readonly Blocker[] {
  if (hasWorkflowEnded(state.status)) return [];
  const blockers = [...suspensionOf(state), ...escalationOf(state)];
  if (state.status === 'pending') return [...blockers, ...haltOf(around)];
  const step = openStepOf(state);
  if (step === null || step.status === 'running') return blockers;
  return [
    ...blockers,
    ...pauseOf(step.capability, around),
    ...absenceOf(step.capability, around),
    ...servicesOf(state, around),
  ];
}

function suspensionOf({ suspended }: WorkflowState): Blocker[] {
  if (suspended === null) return [];
  const { by, why, since, until } = suspended;
  return [{ what: 'suspension', why: `${by}: ${why}`, since, until }];
}

function escalationOf({ escalation, error }: WorkflowState): Blocker[] {
  if (escalation === null) return [];
  const { stepId, level, since, until } = escalation;
  const trouble = error?.message ?? 'it stopped for good';
  const why = `step ${stepId}: ${trouble} (level ${level}, ${escalationLevelName(level)})`;
  return [{ what: 'escalation', why, since, until }];
}

/** Nothing new is started while no queue gives out a task. */
function haltOf({ pauses }: Surroundings): Blocker[] {
  if (!isEverythingPaused(pauses)) return [];
  const last = pauses.toSorted((one, other) => (one.since < other.since ? -1 : 1)).at(-1);
  if (last === undefined) return [];
  const why = `every queue is paused, at last by ${last.by}: ${last.why}`;
  return [{ what: 'queues', why, since: last.since, until: null }];
}

function pauseOf(capability: Capability, { pauses }: Surroundings): Blocker[] {
  return pauses
    .filter(({ queue }) => queue === capability)
    .map(({ by, why, since }) => ({
      what: `queue ${capability}`,
      why: `paused by ${by}: ${why}`,
      since,
      until: null,
    }));
}

function absenceOf(capability: Capability, { workers }: Surroundings): Blocker[] {
  if (workers.some(({ capabilities }) => capabilities.includes(capability))) return [];
  const why = `no worker with the capability ${capability} is alive`;
  return [{ what: 'workers', why, since: null, until: null }];
}

/** A step that waits for a service: all that are in trouble, since its own words name the one. */
function servicesOf({ waitingFor }: WorkflowState, { circuits, holds }: Surroundings): Blocker[] {
  if (waitingFor?.reason !== 'circuit' && waitingFor?.reason !== 'rate-limit') return [];
  return [
    ...circuits.flatMap(({ service, operation, state }) =>
      state.status === 'closed'
        ? []
        : [
            {
              what: `circuit ${service}:${operation}`,
              why: state.why,
              since: null,
              until: momentOf(state.untilMs),
            },
          ],
    ),
    ...holds.map(({ service, why, untilMs }) => ({
      what: `service ${service}`,
      why,
      since: null,
      until: momentOf(untilMs),
    })),
  ];
}

function momentOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
