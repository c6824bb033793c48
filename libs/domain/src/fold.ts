import { microUsdOf, NO_TOKENS, usdOf } from './ai-price.ts';
import type { AiUsage, AnyEvent, EventType } from './event-data.ts';
import { CONTROL_REDUCERS, standStill, wakeAtEnd } from './fold-control.ts';
import {
  cancelUnlessDone,
  closeApproval,
  later,
  move,
  moveStep,
  newStep,
  pause,
  stopWaiting,
  waitFor,
  waitForWorker,
} from './fold-moves.ts';
import { hasWorkflowEnded } from './workflow.ts';
import type { PendingApproval, UsageTotals, WorkflowState } from './workflow-state.ts';

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
  return next === state ? state : { ...standStill(state, next, event.at), updatedAt: event.at };
}

/** What happened outside, and what it cost, counts also when it is learned late; nothing else does. */
const TRUE_AFTER_THE_END: ReadonlySet<EventType> = new Set([
  'ISSUE.EDITED.SUCCESS',
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
    const steps = event.data.steps.map((step) => newStep(step));
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
    const steps = moveStep(state, event, (step) => ({
      ...begun,
      startedAt: step.startedAt ?? at,
    }));
    const currentStep = event.stepId ?? state.currentStep;
    const approval = closeApproval(state, event.stepId);
    const escalation = state.escalation?.stepId === event.stepId ? null : state.escalation;
    return { ...stopWaiting(move(state, 'running', at), at), steps, currentStep, approval, escalation };
  },
  'TASK.COMPLETED.SUCCESS': (state, event) => {
    const completed = { status: 'completed', completedAt: event.at } as const;
    const steps = moveStep(state, event, () => completed);
    return waitForWorker({ ...state, steps }, event.at, 'its next step is queued');
  },
  'TASK.RETRY.SCHEDULED': (state, event) => {
    const { error, retryDelayMs } = event.data;
    const until = later(event.at, retryDelayMs);
    const steps = moveStep(state, event, () => ({ status: 'scheduled', error }));
    const reason = error.class === 'rate-limit' ? 'rate-limit' : 'worker';
    return waitFor(
      { ...state, steps },
      { reason, since: event.at, until, why: `retry after: ${error.message}` },
    );
  },
  'TASK.PARKED.SUCCESS': (state, event) => {
    const { on, until, why } = event.data;
    const steps = moveStep(state, event, () => ({ status: 'scheduled' }));
    return waitFor({ ...state, steps }, { reason: on, since: event.at, until, why });
  },
  'TASK.INTERRUPTED.SUCCESS': (state, event) => {
    const steps = moveStep(state, event, () => ({ status: 'pending' }));
    return waitForWorker({ ...state, steps }, event.at, event.data.why);
  },
  'TASK.FAILED.PERMANENT': (state, event) => {
    const { error } = event.data;
    const failed = { status: 'failed', error, completedAt: event.at } as const;
    const approval = closeApproval(state, event.stepId);
    return { ...state, steps: moveStep(state, event, () => failed), error, approval };
  },
  'ROUND.STARTED.SUCCESS': (state, event) => {
    const { round, kind, steps: again, why } = event.data;
    if (state.rounds.some((one) => one.round >= round)) return state;
    const askedBy = event.stepId ?? '';
    const parked = moveStep(state, event, () => ({ status: 'scheduled' }));
    const steps = parked.map((step) => (again.includes(step.id) ? newStep(step, round) : step));
    const rounds = [...state.rounds, { round, kind, askedBy, why, at: event.at }];
    return waitForWorker({ ...state, steps, rounds }, event.at, `round ${round} is queued: ${why}`);
  },
  'APPROVAL.REQUESTED.SUCCESS': (state, event) => {
    const { approvalId, until, why, kind, risk, subject } = event.data;
    const approval = { ...asked(event), id: approvalId, kind, risk, subject, why, until };
    return pause(state, { reason: 'approval', since: event.at, until, why }, approval);
  },
  'APPROVAL.PROVIDED.SUCCESS': (state, event) => decide(state, event, event.data.approvalId),
  'QUESTION.ASKED.SUCCESS': (state, event) => {
    const { approvalId, question: why, until } = event.data;
    const approval = {
      ...asked(event),
      id: approvalId,
      kind: 'question' as const,
      risk: null,
      subject: null,
      why,
      until,
    };
    return pause(state, { reason: 'human', since: event.at, until, why }, approval);
  },
  'QUESTION.ANSWERED.SUCCESS': (state, event) => decide(state, event, event.data.approvalId),
  ...CONTROL_REDUCERS,
  'WORKFLOW.COMPLETED.SUCCESS': (state, event) => {
    const moved = move(wakeAtEnd(state, event.at), 'completed', event.at);
    const { result, why = null } = event.data;
    return hasWorkflowEnded(moved.status) ? { ...moved, result, completedBecause: why } : state;
  },
  'WORKFLOW.FAILED.PERMANENT': (state, event) => {
    const moved = move(state, 'failed', event.at);
    return moved === state ? state : { ...moved, error: event.data.error };
  },
  'WORKFLOW.CANCELLED.SUCCESS': (state, event) => {
    const steps = state.steps.map(cancelUnlessDone);
    return { ...move(state, 'cancelled', event.at), steps, cancelledBecause: event.data.why };
  },
  'ISSUE.EDITED.SUCCESS': (state) => ({ ...state, wasEdited: true }),
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
  'AI.RESPONSE.RECEIVED': (state, event) => ({ ...state, usage: addUsage(state.usage, event.data.usage) }),
};

/** Money is added up in whole millionths: binary fractions would leave dust in a sum that people compare. */
function addUsage(totals: UsageTotals, usage: AiUsage): UsageTotals {
  // What an older version recorded says nothing of caches.
  const { cacheReadTokens = 0, cacheWriteTokens = 0 } = totals;
  return {
    calls: totals.calls + 1,
    inputTokens: totals.inputTokens + usage.inputTokens,
    outputTokens: totals.outputTokens + usage.outputTokens,
    cacheReadTokens: cacheReadTokens + usage.cacheReadTokens,
    cacheWriteTokens: cacheWriteTokens + usage.cacheWriteTokens,
    costUsd: usdOf(microUsdOf(totals.costUsd) + microUsdOf(usage.costUsd)),
  };
}

/** Where and since when a person is asked. */
function asked(event: AnyEvent): Pick<PendingApproval, 'taskId' | 'stepId' | 'since'> {
  return { taskId: event.taskId ?? '', stepId: event.stepId ?? '', since: event.at };
}

/** What was decided about an earlier question leaves the open one open; policy decides where nobody was asked. */
function decide(state: WorkflowState, { at }: AnyEvent, approvalId: string | null): WorkflowState {
  if (state.status !== 'paused' || state.approval?.id !== approvalId) return state;
  const decided = { ...move(state, 'running', at), approval: null };
  return waitForWorker(decided, at, 'the decision is made, its step is queued');
}

function createState(event: EventOf<'WORKFLOW.STATE.CREATED'>): WorkflowState {
  const { templateHash: _, taskType = null, sprint = null, ...data } = event.data;
  return {
    id: event.workflowId ?? '',
    ...data,
    taskType,
    sprint,
    wasEdited: false,
    status: 'pending',
    waitingFor: { reason: 'slot', since: event.at, until: null, why: 'it waits for a free slot' },
    approval: null,
    suspended: null,
    escalation: null,
    rounds: [],
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
    usage: { calls: 0, ...NO_TOKENS, costUsd: 0 },
    waitedMs: {},
    error: null,
    cancelledBecause: null,
    completedBecause: null,
    createdAt: event.at,
    startedAt: null,
    endedAt: null,
    updatedAt: event.at,
  };
}
