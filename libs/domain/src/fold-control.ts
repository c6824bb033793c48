import type { AnyEvent, EventType } from './event-data.ts';
import { move, moveStep, pause, stopWaiting, waitFor, waitForWorker } from './fold-moves.ts';
import { hasWorkflowEnded } from './workflow.ts';
import type { PendingApproval, Suspension, WorkflowState } from './workflow-state.ts';

type EventOf<Type extends EventType> = Extract<AnyEvent, { type: Type }>;

/** What people have a workflow do, apart from what it asks them. */
export const CONTROL_REDUCERS = {
  'WORKFLOW.SUSPENDED.SUCCESS': (
    state: WorkflowState,
    { at, actor, data }: EventOf<'WORKFLOW.SUSPENDED.SUCCESS'>,
  ): WorkflowState =>
    state.suspended === null
      ? { ...state, suspended: { by: actor.id, why: data.why, since: at, until: data.until } }
      : state,
  'WORKFLOW.RESUMED.SUCCESS': (state: WorkflowState, { at }: AnyEvent): WorkflowState =>
    state.suspended === null ? state : goOn(stopWaiting({ ...state, suspended: null }, at), at),
  'WORKFLOW.PRIORITIZED.SUCCESS': (
    state: WorkflowState,
    { data }: EventOf<'WORKFLOW.PRIORITIZED.SUCCESS'>,
  ): WorkflowState => ({ ...state, score: data.score }),
  'TASK.SKIP.ORDERED': (state: WorkflowState, event: EventOf<'TASK.SKIP.ORDERED'>): WorkflowState =>
    order(state, event, 'skip'),
  'TASK.OVERRIDE.ORDERED': (state: WorkflowState, event: EventOf<'TASK.OVERRIDE.ORDERED'>): WorkflowState =>
    order(state, event, 'override'),
  'ESCALATION.TRIGGERED.SUCCESS': (
    state: WorkflowState,
    event: EventOf<'ESCALATION.TRIGGERED.SUCCESS'>,
  ): WorkflowState => {
    const { level, error, until } = event.data;
    // The engine helps itself: the step waits, and nobody is asked.
    if (level < 2) return { ...state, steps: moveStep(state, event, () => ({ status: 'scheduled', error })) };
    const paused = pause(state, { reason: 'human', since: event.at, until, why: error.message });
    if (paused === state) return state;
    const { taskId = '', stepId = '', at: since } = event;
    return { ...paused, error, escalation: { taskId, stepId, level, since, until } };
  },
  'ESCALATION.RAISED.SUCCESS': (
    state: WorkflowState,
    { data }: EventOf<'ESCALATION.RAISED.SUCCESS'>,
  ): WorkflowState => {
    const { escalation } = state;
    if (escalation === null || data.level <= escalation.level) return state;
    return { ...state, escalation: { ...escalation, level: data.level } };
  },
  'ESCALATION.RESOLVED.SUCCESS': (
    state: WorkflowState,
    event: EventOf<'ESCALATION.RESOLVED.SUCCESS'>,
  ): WorkflowState => {
    if (state.status !== 'paused') return state;
    const steps = moveStep(state, event, () => ({ status: 'pending', error: null, completedAt: null }));
    const resumed = { ...move(state, 'running', event.at), steps, error: null, escalation: null };
    return waitForWorker(resumed, event.at, RESOLVED[event.data.decision]);
  },
};

const RESOLVED = {
  retry: 'a person had its failed step tried again',
  override: 'a person let its failed step pass',
  skip: 'a person had its failed step left out',
} as const;

/** While a person has it stand still no other wait shows or counts, though what runs may still come to its end. */
export function standStill(before: WorkflowState, state: WorkflowState, at: string): WorkflowState {
  const { suspended } = state;
  if (suspended === null || hasWorkflowEnded(state.status)) return state;
  const still = move(state, 'paused', at);
  if (before.suspended === null) return waitFor(stopWaiting(still, at), waitOf(suspended));
  return { ...still, waitingFor: before.waitingFor, waitedMs: before.waitedMs };
}

/** A step that was at its end when somebody suspended the workflow has ended it all the same. */
export function wakeAtEnd(state: WorkflowState, at: string): WorkflowState {
  const { status, suspended, approval, escalation } = state;
  const onlySuspended = status === 'paused' && suspended !== null && approval === null && escalation === null;
  return onlySuspended ? move(state, 'running', at) : state;
}

function waitOf({ by, why, since, until }: Suspension) {
  return { reason: 'human', since, until, why: `suspended by ${by}: ${why}` } as const;
}

/** Back to what it waited for before it was suspended: it waits for that anew. */
function goOn(state: WorkflowState, at: string): WorkflowState {
  if (state.status === 'pending') {
    return waitFor(state, { reason: 'slot', since: at, until: null, why: 'it waits for a free slot' });
  }
  const { approval, escalation, error } = state;
  if (escalation !== null) {
    const { until } = escalation;
    return pause(state, {
      reason: 'human',
      since: at,
      until,
      why: error?.message ?? 'a step stopped for good',
    });
  }
  if (approval !== null) return pause(state, waitOfApproval(approval, at), approval);
  return waitForWorker(move(state, 'running', at), at, 'it was resumed, its step is queued');
}

function waitOfApproval({ kind, until, why }: PendingApproval, since: string) {
  return { reason: kind === 'question' ? 'human' : 'approval', since, until, why } as const;
}

function order(
  state: WorkflowState,
  { stepId, actor, data }: EventOf<'TASK.SKIP.ORDERED' | 'TASK.OVERRIDE.ORDERED'>,
  kind: 'skip' | 'override',
): WorkflowState {
  if (!state.steps.some((step) => step.id === stepId)) return state;
  const steps = state.steps.map((step) =>
    step.id === stepId ? { ...step, order: { kind, by: actor.id, why: data.why } } : step,
  );
  return { ...state, steps };
}
