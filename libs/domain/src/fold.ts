import type { ArtifactReference } from './artifact.ts';
import type { ErrorReport } from './errors.ts';
import type { AnyEvent, CommitRecord, EventType, StepOutline } from './event-data.ts';
import type { RiskLevel } from './risk.ts';
import { canMoveTask, type TaskStatus } from './task.ts';
import {
  canMoveWorkflow,
  hasWorkflowEnded,
  type Phase,
  type WaitingReason,
  type WorkflowStatus,
} from './workflow.ts';

export interface Waiting {
  readonly reason: WaitingReason;
  /** ISO 8601. */
  readonly since: string;
  /** When the wait ends by itself; null where only something else can end it. */
  readonly until: string | null;
  readonly why: string;
}

export interface StepState extends StepOutline {
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly error: ErrorReport | null;
}

export interface UsageTotals {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

/** What is known of a workflow: the fold of its events, for the API, the receipt and the reconciler alike. */
export interface WorkflowState {
  readonly id: string;
  readonly project: string;
  readonly platform: string;
  readonly repository: string;
  readonly issue: number;
  readonly title: string;
  readonly template: string;
  readonly run: number;
  readonly score: number;
  readonly status: WorkflowStatus;
  readonly waitingFor: Waiting | null;
  readonly phase: Phase | null;
  readonly currentStep: string | null;
  readonly steps: readonly StepState[];
  readonly risk: RiskLevel | null;
  readonly branch: string | null;
  readonly pullRequest: { readonly number: number; readonly url: string } | null;
  readonly mergeCommit: string | null;
  readonly result: 'merged' | 'no-change' | null;
  readonly commits: readonly CommitRecord[];
  readonly artifacts: readonly ArtifactReference[];
  readonly usage: UsageTotals;
  /** Milliseconds spent waiting so far, by reason; the wait that is on now is not in it. */
  readonly waitedMs: { readonly [Reason in WaitingReason]?: number | undefined };
  readonly error: ErrorReport | null;
  readonly cancelledBecause: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly updatedAt: string;
}

type EventOf<Type extends EventType> = Extract<AnyEvent, { type: Type }>;
type Reducers = { [Type in EventType]?: (state: WorkflowState, event: EventOf<Type>) => WorkflowState };

/** Applies one event. Events before the creation, and moves the state table refuses, change nothing. */
export function applyEvent(state: WorkflowState | null, event: AnyEvent): WorkflowState | null {
  if (event.type === 'WORKFLOW.STATE.CREATED') return state ?? createState(event);
  if (state === null) return null;
  if (hasWorkflowEnded(state.status) && !TRUE_AFTER_THE_END.has(event.type)) return state;
  const reduce = REDUCERS[event.type] as ((s: WorkflowState, e: AnyEvent) => WorkflowState) | undefined;
  if (reduce === undefined) return state;
  const next = reduce(state, event);
  return next === state ? state : { ...next, updatedAt: event.at };
}

/** What happened outside, and what it cost, counts also when it is learned late; nothing else does. */
const TRUE_AFTER_THE_END: ReadonlySet<EventType> = new Set([
  'BRANCH.CREATED.SUCCESS',
  'COMMIT.CREATED.SUCCESS',
  'PR.OPENED.SUCCESS',
  'PR.MERGED.SUCCESS',
  'ARTIFACT.WRITTEN.SUCCESS',
  'AI.RESPONSE.RECEIVED',
]);

export function foldWorkflow(events: Iterable<AnyEvent>): WorkflowState | null {
  let state: WorkflowState | null = null;
  for (const event of events) state = applyEvent(state, event);
  return state;
}

const REDUCERS: Reducers = {
  'WORKFLOW.STARTED.SUCCESS': (state, event) => {
    const steps = event.data.steps.map(newStep);
    if (state.startedAt !== null) return state;
    const started = { ...move(state, 'running', event.at), steps, startedAt: event.at };
    return waitForWorker(started, event.at, 'its first step is queued');
  },
  'TASK.DEQUEUED.SUCCESS': (state, event) => {
    if (state.status === 'pending') return state;
    const at = event.at;
    const begun = {
      status: 'running',
      attempts: event.attempt ?? 1,
      completedAt: null,
      error: null,
    } as const;
    const steps = moveStep(state, event.stepId, (step) => ({
      ...begun,
      startedAt: step.startedAt ?? at,
    }));
    const currentStep = event.stepId ?? state.currentStep;
    return { ...stopWaiting(move(state, 'running', at), at), steps, currentStep };
  },
  'TASK.COMPLETED.SUCCESS': (state, event) => {
    const completed = { status: 'completed', completedAt: event.at } as const;
    const steps = moveStep(state, event.stepId, () => completed);
    return waitForWorker({ ...state, steps }, event.at, 'its next step is queued');
  },
  'TASK.RETRY.SCHEDULED': (state, event) => {
    const { error, retryDelayMs } = event.data;
    const until = later(event.at, retryDelayMs);
    const steps = moveStep(state, event.stepId, () => ({ status: 'scheduled', error }));
    const reason = error.class === 'rate-limit' ? 'rate-limit' : 'worker';
    return waitFor(
      { ...state, steps },
      { reason, since: event.at, until, why: `retry after: ${error.message}` },
    );
  },
  'TASK.PARKED.SUCCESS': (state, event) => {
    const { on, until, why } = event.data;
    const steps = moveStep(state, event.stepId, () => ({ status: 'scheduled' }));
    return waitFor({ ...state, steps }, { reason: on, since: event.at, until, why });
  },
  'TASK.INTERRUPTED.SUCCESS': (state, event) => {
    const steps = moveStep(state, event.stepId, () => ({ status: 'pending' }));
    return waitForWorker({ ...state, steps }, event.at, event.data.why);
  },
  'TASK.FAILED.PERMANENT': (state, event) => {
    const { error } = event.data;
    const failed = { status: 'failed', error, completedAt: event.at } as const;
    return { ...state, steps: moveStep(state, event.stepId, () => failed), error };
  },
  'APPROVAL.REQUESTED.SUCCESS': (state, event) => {
    const { until, why } = event.data;
    return pause(state, { reason: 'approval', since: event.at, until, why });
  },
  'APPROVAL.PROVIDED.SUCCESS': (state, event) => {
    if (state.status !== 'paused') return state;
    const decided = move(state, 'running', event.at);
    return waitForWorker(decided, event.at, 'the decision is made, its step is queued');
  },
  'QUESTION.ASKED.SUCCESS': (state, event) => {
    const { question, until } = event.data;
    return pause(state, { reason: 'human', since: event.at, until, why: question });
  },
  'ESCALATION.TRIGGERED.SUCCESS': (state, event) => {
    const { error, until } = event.data;
    const paused = pause(state, { reason: 'human', since: event.at, until, why: error.message });
    return paused === state ? state : { ...paused, error };
  },
  'WORKFLOW.COMPLETED.SUCCESS': (state, event) => {
    const moved = move(state, 'completed', event.at);
    return moved === state ? state : { ...moved, result: event.data.result };
  },
  'WORKFLOW.FAILED.PERMANENT': (state, event) => {
    const moved = move(state, 'failed', event.at);
    return moved === state ? state : { ...moved, error: event.data.error };
  },
  'WORKFLOW.CANCELLED.SUCCESS': (state, event) => {
    const steps = state.steps.map(cancelUnlessDone);
    return { ...move(state, 'cancelled', event.at), steps, cancelledBecause: event.data.why };
  },
  'PHASE.STARTED.SUCCESS': (state, event) => ({ ...state, phase: event.data.phase }),
  'RISK.ASSESSED.SUCCESS': (state, event) => ({ ...state, risk: event.data.risk }),
  'BRANCH.CREATED.SUCCESS': (state, event) => ({ ...state, branch: event.data.branch }),
  'COMMIT.CREATED.SUCCESS': (state, event) => {
    if (state.commits.some((commit) => commit.hash === event.data.hash)) return state;
    return { ...state, commits: [...state.commits, event.data] };
  },
  'PR.OPENED.SUCCESS': (state, event) => {
    const { number, url } = event.data;
    return { ...state, pullRequest: { number, url } };
  },
  'PR.MERGED.SUCCESS': (state, event) => ({ ...state, mergeCommit: event.data.mergeCommit }),
  'ARTIFACT.WRITTEN.SUCCESS': (state, event) => {
    const others = state.artifacts.filter((artifact) => artifact.name !== event.data.name);
    return { ...state, artifacts: [...others, event.data] };
  },
  'AI.RESPONSE.RECEIVED': (state, event) => {
    const { usage } = event.data;
    return {
      ...state,
      usage: {
        calls: state.usage.calls + 1,
        inputTokens: state.usage.inputTokens + usage.inputTokens,
        outputTokens: state.usage.outputTokens + usage.outputTokens,
        costUsd: state.usage.costUsd + usage.costUsd,
      },
    };
  },
};

function createState(event: EventOf<'WORKFLOW.STATE.CREATED'>): WorkflowState {
  const { templateHash: _, ...data } = event.data;
  return {
    id: event.workflowId ?? '',
    ...data,
    status: 'pending',
    waitingFor: { reason: 'slot', since: event.at, until: null, why: 'it waits for a free slot' },
    phase: null,
    currentStep: null,
    steps: [],
    risk: null,
    branch: null,
    pullRequest: null,
    mergeCommit: null,
    result: null,
    commits: [],
    artifacts: [],
    usage: { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
    waitedMs: {},
    error: null,
    cancelledBecause: null,
    createdAt: event.at,
    startedAt: null,
    endedAt: null,
    updatedAt: event.at,
  };
}

function newStep(outline: StepOutline): StepState {
  return { ...outline, status: 'pending', attempts: 0, startedAt: null, completedAt: null, error: null };
}

function cancelUnlessDone(step: StepState): StepState {
  return canMoveTask(step.status, 'cancelled') ? { ...step, status: 'cancelled' } : step;
}

function move(state: WorkflowState, to: WorkflowStatus, at: string): WorkflowState {
  if (!canMoveWorkflow(state.status, to)) return state;
  const moved = { ...state, status: to };
  return hasWorkflowEnded(to) ? { ...stopWaiting(moved, at), endedAt: at } : moved;
}

function pause(state: WorkflowState, waiting: Waiting): WorkflowState {
  const paused = move(state, 'paused', waiting.since);
  return paused.status === 'paused' ? waitFor(paused, waiting) : state;
}

function waitForWorker(state: WorkflowState, since: string, why: string): WorkflowState {
  return waitFor(state, { reason: 'worker', since, until: null, why });
}

/** A wait that is renewed for the same reason keeps the moment it began. */
function waitFor(state: WorkflowState, waiting: Waiting): WorkflowState {
  if (state.waitingFor?.reason === waiting.reason) {
    return { ...state, waitingFor: { ...waiting, since: state.waitingFor.since } };
  }
  return { ...stopWaiting(state, waiting.since), waitingFor: waiting };
}

function stopWaiting(state: WorkflowState, at: string): WorkflowState {
  if (state.waitingFor === null) return state;
  const { reason, since } = state.waitingFor;
  const waited = Math.max(0, Date.parse(at) - Date.parse(since));
  const waitedMs = { ...state.waitedMs, [reason]: (state.waitedMs[reason] ?? 0) + waited };
  return { ...state, waitingFor: null, waitedMs };
}

/** Null beyond the end of the calendar: a wait that long ends by something else. */
function later(at: string, delayMs: number): string | null {
  const moment = new Date(Date.parse(at) + delayMs);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

type StepMove = Partial<StepState> & { readonly status: TaskStatus };

/** Moves one step, if the table allows it; otherwise the step stays as it is. */
function moveStep(
  state: WorkflowState,
  stepId: string | undefined,
  moveOf: (step: StepState) => StepMove,
): readonly StepState[] {
  return state.steps.map((step) => {
    if (step.id !== stepId) return step;
    const next = moveOf(step);
    return mayMove(step.status, next.status) ? { ...step, ...next } : step;
  });
}

/** Nobody tells of a lapsed lock, so the next attempt finds its step running. */
function mayMove(from: TaskStatus, to: TaskStatus): boolean {
  return canMoveTask(from, to) || (from === 'running' && to === 'running');
}
