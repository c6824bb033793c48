import {
  type Capability,
  hasWorkflowEnded,
  openStepOf,
  type StepState,
  taskIdOf,
  type WorkflowState,
} from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import type { SeenTask, Situation } from './situation.ts';

/** What can be wrong with one workflow; the table is docs/states.md, "Repair of differences". */
export type Difference =
  /** Started, and Redis does not know it. */
  | { readonly kind: 'missing' }
  /** Redis knows it, and its queue has lost tasks that have still to run. */
  | { readonly kind: 'lost'; readonly task: FlowTask }
  /** It is done, and the queue holds it as failed: what comes after it waits for ever. */
  | { readonly kind: 'unsettled'; readonly task: FlowTask }
  /** The queue gave it up, and nobody was told. */
  | { readonly kind: 'failed'; readonly task: FlowTask }
  /** It parks, and what it waited for is over. */
  | { readonly kind: 'parked'; readonly task: FlowTask };

export interface Moment {
  readonly nowMs: number;
  /** Queues that a person paused: what waits there waits for that person. */
  readonly paused: ReadonlySet<Capability>;
}

/** Whoever decides, and the rescuer, wake a task within seconds; a clock may be off by some more. */
const OVERDUE_MS = 60_000;

/** The first thing that is wrong with a workflow, worst first; null when all agrees. Pure. */
export function findDifference(
  { state, isInRedis, left, last }: Situation,
  moment: Moment,
): Difference | null {
  if (state !== null && hasWorkflowEnded(state.status)) return null;
  if (!isInRedis) return { kind: 'missing' };
  if (state === null || state.status === 'pending') return null;
  const lost = left.find(({ status }) => status === null);
  if (lost !== undefined) return { kind: 'lost', task: lost.task };
  if (last?.status === 'failed') return { kind: 'unsettled', task: last.task };
  const failed = left.find((seen) => seen.status === 'failed' && !isToldAsFailed(state, seen));
  if (failed !== undefined) return { kind: 'failed', task: failed.task };
  const parked = left.find((seen) => seen.status === 'scheduled' && isOver(state, seen, moment));
  return parked === undefined ? null : { kind: 'parked', task: parked.task };
}

/** Two looks at the same difference give the same words. */
export function nameOf(difference: Difference): string {
  return difference.kind === 'missing' ? 'missing' : `${difference.kind}:${difference.task.taskId}`;
}

/** A step that a person had tried again, and that nobody queued yet, is the rescuer's affair. */
function isToldAsFailed(state: WorkflowState, { task }: SeenTask): boolean {
  const step = stepOf(state, task);
  return step?.status === 'failed' || state.escalation?.taskId === task.taskId;
}

function isOver(state: WorkflowState, { task }: SeenTask, { nowMs, paused }: Moment): boolean {
  const { waitingFor, suspended, escalation } = state;
  if (waitingFor === null || suspended !== null || escalation !== null) return false;
  const open = openStepOf(state);
  const isOpen = open !== null && taskIdOf(state.id, open.id, open.round) === task.taskId;
  if (!isOpen || paused.has(task.capability)) return false;
  if (waitingFor.until !== null) return Date.parse(waitingFor.until) + OVERDUE_MS <= nowMs;
  return waitingFor.reason === 'worker' && Date.parse(waitingFor.since) + OVERDUE_MS <= nowMs;
}

/** Null for a task of a round that the step is past. */
function stepOf({ steps }: WorkflowState, { payload }: FlowTask): StepState | null {
  return steps.find(({ id, round }) => id === payload.stepId && round === payload.round) ?? null;
}
