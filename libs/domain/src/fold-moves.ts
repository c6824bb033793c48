import type { AnyEvent, StepOutline } from './event-data.ts';
import { roundOfTask } from './ids.ts';
import { canMoveTask, type TaskStatus } from './task.ts';
import { canMoveWorkflow, hasWorkflowEnded, type WorkflowStatus } from './workflow.ts';
import type { PendingApproval, StepState, Waiting, WorkflowState } from './workflow-state.ts';

export function newStep({ id, phase, capability, allow = [] }: StepOutline, round = 0): StepState {
  return {
    id,
    phase,
    capability,
    allow,
    status: 'pending',
    round,
    attempts: 0,
    startedAt: null,
    completedAt: null,
    error: null,
    order: null,
  };
}

export function cancelUnlessDone(step: StepState): StepState {
  return canMoveTask(step.status, 'cancelled') ? { ...step, status: 'cancelled' } : step;
}

export function move(state: WorkflowState, to: WorkflowStatus, at: string): WorkflowState {
  if (!canMoveWorkflow(state.status, to)) return state;
  const moved = { ...state, status: to };
  return hasWorkflowEnded(to)
    ? { ...stopWaiting(moved, at), approval: null, suspended: null, escalation: null, endedAt: at }
    : moved;
}

export function pause(
  state: WorkflowState,
  waiting: Waiting,
  approval: PendingApproval | null = null,
): WorkflowState {
  const paused = move(state, 'paused', waiting.since);
  return paused.status === 'paused' ? { ...waitFor(paused, waiting), approval } : state;
}

export function waitForWorker(state: WorkflowState, since: string, why: string): WorkflowState {
  return waitFor(state, { reason: 'worker', since, until: null, why });
}

/** A wait that is renewed for the same reason keeps the moment it began. */
export function waitFor(state: WorkflowState, waiting: Waiting): WorkflowState {
  if (state.waitingFor?.reason === waiting.reason) {
    return { ...state, waitingFor: { ...waiting, since: state.waitingFor.since } };
  }
  return { ...stopWaiting(state, waiting.since), waitingFor: waiting };
}

export function stopWaiting(state: WorkflowState, at: string): WorkflowState {
  if (state.waitingFor === null) return state;
  const { reason, since } = state.waitingFor;
  const waited = Math.max(0, Date.parse(at) - Date.parse(since));
  const waitedMs = { ...state.waitedMs, [reason]: (state.waitedMs[reason] ?? 0) + waited };
  return { ...state, waitingFor: null, waitedMs };
}

/** Null beyond the end of the calendar: a wait that long ends by something else. */
export function later(at: string, delayMs: number): string | null {
  const moment = new Date(Date.parse(at) + delayMs);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

type StepMove = Partial<StepState> & { readonly status: TaskStatus };

/** Moves the step an event is about, if the table allows it and its round is the one that counts. */
export function moveStep(
  state: WorkflowState,
  event: AnyEvent,
  moveOf: (step: StepState) => StepMove,
): readonly StepState[] {
  return state.steps.map((step) => {
    if (step.id !== event.stepId || !isOfRound(state, event, step)) return step;
    const next = moveOf(step);
    return mayMove(step.status, next.status) ? { ...step, ...next } : step;
  });
}

/** A straggler of an earlier round says nothing about the round that works on the step now. */
function isOfRound(state: WorkflowState, { taskId }: AnyEvent, step: StepState): boolean {
  return taskId === undefined || roundOfTask(taskId, state.id, step.id) === step.round;
}

/** A question stays open until it is answered, its step goes on, or somebody newer asks. */
export function closeApproval(state: WorkflowState, stepId: string | undefined): PendingApproval | null {
  return state.approval?.stepId === stepId ? null : state.approval;
}

/** Nobody tells of a lapsed lock, so the next attempt finds its step running. */
function mayMove(from: TaskStatus, to: TaskStatus): boolean {
  return canMoveTask(from, to) || (from === 'running' && to === 'running');
}
