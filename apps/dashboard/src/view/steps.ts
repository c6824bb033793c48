import type { ErrorReport, OrderKind, TaskStatus } from '@tamma/domain';
import {
  PHASES,
  type Phase,
  ROUNDS_MAX,
  type RoundRecord,
  type StepState,
  type WorkflowState,
} from '@tamma/domain';
import { ordersFor } from './controls.ts';
import { type Badge, TASK_BADGES } from './words.ts';

/** A step as it is drawn. */
export interface StepView {
  readonly id: string;
  readonly status: TaskStatus;
  readonly badge: Badge;
  readonly isCurrent: boolean;
  readonly attempts: number;
  /** `repair 1 of 3`; null on the way there. */
  readonly round: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** What it waits for; null when it does not. */
  readonly waits: string | null;
  readonly error: ErrorReport | null;
  /** What a person ordered about it, in words; null when nobody did. */
  readonly ordered: string | null;
  /** What can be ordered about it now. */
  readonly orders: readonly OrderKind[];
}

export interface PhaseView {
  readonly phase: Phase;
  readonly isCurrent: boolean;
  readonly done: number;
  readonly steps: readonly StepView[];
}

/** The six phases with their steps, also before the flow is there. */
export function phasesOf(state: WorkflowState): readonly PhaseView[] {
  return PHASES.map((phase) => {
    const steps = state.steps.filter((step) => step.phase === phase).map((step) => viewStep(state, step));
    const done = steps.filter(({ status }) => status === 'completed').length;
    return { phase, isCurrent: state.endedAt === null && state.phase === phase, done, steps };
  });
}

function viewStep(state: WorkflowState, step: StepState): StepView {
  const isCurrent = state.endedAt === null && state.currentStep === step.id && step.status !== 'completed';
  const waits = step.status === 'scheduled' ? (state.waitingFor?.why ?? null) : null;
  const { id, status, attempts, startedAt, completedAt, error } = step;
  return {
    id,
    status,
    badge: badgeOf(step),
    isCurrent,
    attempts,
    round: nameRound(state.rounds, step.round),
    startedAt,
    completedAt,
    waits,
    error,
    ordered: describeOrder(step),
    orders: ordersFor(state, step),
  };
}

/** What was let pass has not passed. */
function badgeOf({ status, order }: StepState): Badge {
  return status === 'completed' && order?.kind === 'override' ? OVERRIDDEN : TASK_BADGES[status];
}

const OVERRIDDEN: Badge = { word: 'overridden', icon: 'alert', tone: 'asks' };

function describeOrder({ order }: StepState): string | null {
  return order === null ? null : `${order.kind} ordered by ${order.by}: ${order.why}`;
}

/** Rounds are numbered over the whole workflow; a person wants to know which one of its kind it is. */
export function nameRound(rounds: readonly RoundRecord[], number: number): string | null {
  const round = rounds.find((one) => one.round === number);
  if (round === undefined) return null;
  const place = rounds.filter(({ kind, round: other }) => kind === round.kind && other <= number).length;
  return `${round.kind} ${place} of ${ROUNDS_MAX}`;
}

/** Where it is now; nowhere before the first step and after the end. */
export function placeOf({ endedAt, currentStep, steps, phase }: WorkflowState): {
  readonly step: string | null;
  readonly phase: Phase | null;
} {
  if (endedAt !== null || currentStep === null) return { step: null, phase: null };
  // A step that was sent back lies in an earlier phase than the one that was begun last.
  return { step: currentStep, phase: steps.find(({ id }) => id === currentStep)?.phase ?? phase };
}

/** `9 of 14`. */
export function countDone({ steps }: WorkflowState): { readonly done: number; readonly all: number } {
  return { done: steps.filter(({ status }) => status === 'completed').length, all: steps.length };
}
