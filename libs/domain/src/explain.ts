import { type Decision, decisionsFor } from './approval.ts';
import type { ErrorReport } from './errors.ts';
import { escalationLevelName } from './escalation.ts';
import { taskIdOf } from './ids.ts';
import type { Capability, WaitingReason } from './workflow.ts';
import { hasWorkflowEnded } from './workflow.ts';
import type { PendingApproval, StepState, Waiting, WorkflowState } from './workflow-state.ts';

/** Who or what can move a workflow, and how. */
export interface Mover {
  readonly who: string;
  readonly how: string;
}

export interface Explained {
  /** One sentence for a person. */
  readonly summary: string;
  /** What happens by itself when the time is up; null where nothing does. */
  readonly afterwards: string | null;
  readonly movers: readonly Mover[];
  readonly lastError: ErrorReport | null;
  /** ISO 8601; set when a step that failed is tried again. */
  readonly nextAttemptAt: string | null;
  /** The task that waits in its queue, null when none does. */
  readonly queued: { readonly taskId: string; readonly capability: Capability } | null;
  readonly approvalId: string | null;
}

/** The step a workflow is at: the first one in order that is not done. Null before the start and after the end. */
export function openStepOf({ steps }: WorkflowState): StepState | null {
  return steps.find(({ status }) => status !== 'completed' && status !== 'cancelled') ?? null;
}

/** The step that stopped for good, which a person can have tried again. */
export function failedStepOf({ steps }: WorkflowState): StepState | null {
  return steps.find(({ status }) => status === 'failed') ?? null;
}

/** Says what a workflow waits for, why, and who can move it: for every status and every reason. */
export function explainWorkflow(state: WorkflowState): Explained {
  const step = openStepOf(state);
  const lastError = state.error ?? step?.error ?? null;
  const common = { lastError, approvalId: state.approval?.id ?? null, queued: null, nextAttemptAt: null };
  if (hasWorkflowEnded(state.status)) {
    return { ...common, summary: describeEnd(state), afterwards: null, movers: [] };
  }
  if (state.waitingFor === null) {
    return { ...common, summary: describeWork(state), afterwards: null, movers: [stop(state)] };
  }
  const { reason, until } = state.waitingFor;
  const { summary, afterwards, movers } = EXPLAIN[reason]({ state, step, waiting: state.waitingFor });
  const isRetry = until !== null && RUNS_AGAIN.has(reason);
  const isQueued = reason === 'worker' && until === null && step !== null;
  return {
    ...common,
    summary,
    afterwards: until === null ? null : afterwards,
    movers: [...movers, stop(state)],
    nextAttemptAt: isRetry ? until : null,
    queued: isQueued
      ? { taskId: taskIdOf(state.id, step.id, step.round), capability: step.capability }
      : null,
  };
}

/** Waits after which a step runs again by itself. */
const RUNS_AGAIN: ReadonlySet<WaitingReason> = new Set(['worker', 'rate-limit', 'circuit', 'budget']);

interface Case {
  readonly state: WorkflowState;
  readonly step: StepState | null;
  readonly waiting: Waiting;
}

type Explain = (one: Case) => Pick<Explained, 'summary' | 'afterwards' | 'movers'>;

const ESCALATED = 'it is escalated: a person has it tried again, or cancels it';

const EXPLAIN: Readonly<Record<WaitingReason, Explain>> = {
  slot: () => ({
    summary: 'its issue is claimed, and it waits until a workflow that runs ends or pauses',
    afterwards: null,
    movers: [{ who: 'the orchestrator', how: 'starts it when a slot is free, highest score first' }],
  }),
  worker: ({ step, waiting }) => ({
    summary:
      waiting.until === null
        ? `step ${nameOf(step)} waits for a worker: ${waiting.why}`
        : `step ${nameOf(step)} failed and is tried again: ${waiting.why}`,
    afterwards: 'the step runs again',
    movers: [
      {
        who: `a worker with the capability ${step?.capability ?? 'it needs'}`,
        how: 'takes it by itself; "tamma workers" shows who is alive',
      },
    ],
  }),
  approval: ({ state, waiting }) => ({
    summary: `somebody has to approve its ${state.approval?.kind ?? 'next step'}: ${waiting.why}`,
    afterwards: ESCALATED,
    movers: moversOf(state.approval),
  }),
  human: explainHuman,
  'rate-limit': ({ step, waiting }) => ({
    summary: `step ${nameOf(step)} was asked by a service to wait: ${waiting.why}`,
    afterwards: 'the step runs again',
    movers: [],
  }),
  dependency: ({ step, waiting }) => ({
    summary: `step ${nameOf(step)} waits for steps that have to run again first: ${waiting.why}`,
    afterwards: 'the step looks again',
    movers: [],
  }),
  ci: ({ state, step, waiting }) => ({
    summary: `step ${nameOf(step)} waits for the checks of ${pullRequestOf(state)}: ${waiting.why}`,
    afterwards: ESCALATED,
    movers: [
      { who: 'the checks of the platform', how: `go on by themselves${placeOf(state)}` },
      { who: 'whoever may write there', how: 'starts those again that hang' },
    ],
  }),
  review: ({ state, step, waiting }) => ({
    summary: `step ${nameOf(step)} waits for a review of ${pullRequestOf(state)}: ${waiting.why}`,
    afterwards: ESCALATED,
    movers: [
      { who: 'a reviewer on the platform', how: `approves it, or says what to change${placeOf(state)}` },
    ],
  }),
  budget: ({ step, waiting }) => ({
    summary: `step ${nameOf(step)} waits for money that it may spend: ${waiting.why}`,
    afterwards: 'the step runs again',
    movers: [
      { who: 'an operator', how: '"tamma budget" shows which is spent, "tamma budget raise" adds to it' },
    ],
  }),
  circuit: waitingOutside('a service that failed too often to be asked again at once'),
};

function pullRequestOf({ pullRequest }: WorkflowState): string {
  return pullRequest === null ? 'its pull request' : `pull request #${pullRequest.number}`;
}

function placeOf({ pullRequest }: WorkflowState): string {
  return pullRequest === null ? '' : `; see ${pullRequest.url}`;
}

function waitingOutside(what: string): Explain {
  return ({ step, waiting }) => ({
    summary: `step ${nameOf(step)} waits for ${what}: ${waiting.why}`,
    afterwards: 'the step looks again',
    movers: [],
  });
}

function explainHuman(one: Case) {
  if (one.state.suspended !== null) return explainSuspension(one);
  return one.state.approval === null ? explainEscalation(one) : explainQuestion(one);
}

function explainSuspension({ state, waiting }: Case) {
  return {
    summary: `it stands still: ${waiting.why}`,
    afterwards: 'it is cancelled, and its issue released',
    movers: [{ who: 'an operator', how: `tamma resume ${state.id} --reason "…"` }],
  };
}

function explainQuestion({ state, waiting }: Case) {
  return {
    summary: `it asks a person: ${waiting.why}`,
    afterwards: ESCALATED,
    movers: moversOf(state.approval),
  };
}

/** What follows the id on the command line. */
const WORDS: Readonly<Record<Decision, string>> = {
  approve: '',
  reject: ' --comment "…"',
  edit: ' --comment "…"',
  answer: ' "…"',
};

function moversOf(approval: PendingApproval | null): Mover[] {
  if (approval === null) return [];
  return decisionsFor(approval.kind).map((decision) => ({
    who: 'an approver',
    how: `tamma ${decision} ${approval.id}${WORDS[decision]}`,
  }));
}

function explainEscalation({ state, waiting }: Case) {
  return {
    summary: `step ${nameOf(failedStepOf(state))} failed for good and a person is needed${levelOf(state)}: ${waiting.why}`,
    afterwards: 'it is cancelled, and its issue released',
    movers: [
      { who: 'an operator', how: `tamma retry ${state.id} --reason "…"` },
      ...ordersOf(state, failedStepOf(state)),
    ],
  };
}

function levelOf({ escalation }: WorkflowState): string {
  return escalation === null ? '' : ` (level ${escalation.level}, ${escalationLevelName(escalation.level)})`;
}

function ordersOf({ id }: WorkflowState, step: StepState | null): Mover[] {
  const allowed = step?.allow ?? [];
  return allowed.map((kind) => ({
    who: kind === 'override' ? 'an approver' : 'an operator',
    how: `tamma ${kind} ${id} ${step?.id} --reason "…"`,
  }));
}

function stop({ id }: WorkflowState): Mover {
  return { who: 'an operator', how: `tamma cancel ${id} --reason "…"` };
}

function describeWork(state: WorkflowState): string {
  const step = state.steps.find(({ status }) => status === 'running');
  if (step === undefined) return 'it is between two steps';
  const attempt = step.attempts > 1 ? `, attempt ${step.attempts}` : '';
  const round = step.round > 0 ? `, round ${step.round}` : '';
  return `step ${step.id} runs${attempt}${round}`;
}

const RESULTS = {
  merged: 'its pull request is merged',
  'no-change': 'no change was needed',
  done: 'its task is done',
} as const;

function describeEnd(state: WorkflowState): string {
  const { status, result, completedBecause, cancelledBecause, error } = state;
  switch (status) {
    case 'completed':
      return `it ended: ${RESULTS[result ?? 'merged']}${completedBecause === null ? '' : `: ${completedBecause}`}`;
    case 'cancelled':
      return `it was cancelled: ${cancelledBecause ?? 'no reason was given'}`;
    default:
      return `it failed: ${error?.message ?? 'no reason was given'}`;
  }
}

function nameOf(step: StepState | null): string {
  return step?.id ?? 'that is next';
}
