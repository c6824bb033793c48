import type { PlannedStep, StepHandler } from '@tamma/contracts';
import {
  escalate,
  nextRound,
  type Outcome,
  ROUNDS_MAX,
  type Round,
  type RoundKind,
  type RoundWait,
  roundOfTask,
} from '@tamma/domain';
import type { StepContext } from './step.ts';

/** Steps whose verdict counts for one commit: a repair makes a new one, so they have to judge again. */
const JUDGES: readonly string[] = ['build-gate', 'test-gate', 'security-gate', 'code-review'];
const MENDER: StepHandler = 'code-generation';
/** What brings a change from its last judge to its merge. */
const DELIVERY: readonly string[] = ['pull-request', 'merge-approval'];

/**
 * Has the change repaired and judged again by every judge above this step, so that no verdict on the old head is left
 * over. Null when no round is left, or no step above could repair anything.
 */
export function askForRepair(context: StepContext, why: string): RoundWait | null {
  return askForSteps(context, { kind: 'repair', handlers: [MENDER, ...JUDGES], why });
}

/** Has the change made anew by a person's wish, judged again by every judge, and its pull request brought up to date. */
export function askForRework(context: StepContext, why: string): RoundWait | null {
  return askForSteps(context, { kind: 'rework', handlers: [MENDER, ...JUDGES, 'pull-request'], why });
}

type DeliveryRound = Extract<RoundKind, 'ci' | 'review' | 'rebase' | 'regate'>;

const REMEDY_OF: Readonly<Record<DeliveryRound, string>> = {
  ci: 'read the artifact ci.log; mend the checks or the branch by hand, then retry; or cancel the workflow',
  review: 'settle it with the reviewers on the pull request, then retry; or cancel the workflow',
  rebase: 'bring the branch up to date with its base by hand, then retry; or cancel the workflow',
  regate: 'see who else pushes to the branch, then retry; or cancel the workflow',
};
const CODE_OF: Readonly<Record<DeliveryRound, string>> = {
  ci: 'CI_FAILED',
  review: 'REVIEW_ROUNDS_EXHAUSTED',
  rebase: 'REBASE_ROUNDS_EXHAUSTED',
  regate: 'GATES_MISSING',
};

/**
 * Has the change mended for what the platform says of it, or only judged again when somebody else moved it, and brought
 * to this step again by every step between. Escalates with what was found when no round is left.
 */
export function askForDelivery(context: StepContext, kind: DeliveryRound, why: string): Outcome<never> {
  const menders = kind === 'regate' ? [] : [MENDER];
  const round = askForSteps(context, { kind, handlers: [...menders, ...JUDGES, ...DELIVERY], why });
  if (round !== null) return round;
  return escalate({
    code: CODE_OF[kind],
    class: kind === 'ci' ? 'gate' : 'conflict',
    message: `${why}${describeRounds(context, kind)}`,
    remedy: REMEDY_OF[kind],
  });
}

interface StepsRequest {
  readonly kind: RoundKind;
  readonly handlers: readonly string[];
  readonly why: string;
}

/** Null when none of them could change anything, or no round of this kind is left. */
function askForSteps(context: StepContext, { kind, handlers, why }: StepsRequest): RoundWait | null {
  const above = context.head.template.steps.filter(({ index }) => index < context.step.index);
  const steps = above.filter(({ handler }) => handlers.includes(handler));
  const first = handlers[0];
  if (!steps.some(({ handler }) => handler === first)) return null;
  return askForRound(context, { kind, steps, why });
}

export interface RoundRequest {
  readonly kind: RoundKind;
  readonly steps: readonly PlannedStep[];
  readonly why: string;
}

/** Null when the workflow has had all its rounds of this kind. */
export function askForRound({ rounds }: StepContext, { kind, steps, why }: RoundRequest): RoundWait | null {
  if (nextRound(rounds, kind) === null) return null;
  return { kind: 'wait', on: 'dependency', why, round: { kind, steps: steps.map((step) => step.id) } };
}

/** For the message of whoever gives up: what was tried before. */
export function describeRepairs({ rounds }: StepContext): string {
  const { length } = rounds.filter((round) => round.kind === 'repair');
  return length === 0 ? '' : ` after ${length} ${length === 1 ? 'round' : 'rounds'} of repair`;
}

function describeRounds({ rounds }: StepContext, kind: RoundKind): string {
  const { length } = rounds.filter((round) => round.kind === kind);
  return length < ROUNDS_MAX ? '' : `; ${length} rounds did not settle it`;
}

/** The rounds that this very task asked for, oldest first. */
export function ownRounds({ rounds, taskId }: StepContext, kind: RoundKind): readonly Round[] {
  return rounds.filter((round) => round.kind === kind && round.askedBy === taskId);
}

/** The round that this task runs in; undefined outside of any. */
export function findRound({ rounds, round }: StepContext): Round | undefined {
  return rounds.find(({ number }) => number === round);
}

/** Whether this task runs again for findings of reviewers, ours or the platform's: they may be answered without a change. */
export function isForReviewers(context: StepContext): boolean {
  const kind = findRound(context)?.kind;
  return kind === 'review' || (kind === 'repair' && findAsker(context)?.handler === 'code-review');
}

/** The step because of which this task runs again; undefined outside a round. */
export function findAsker(context: StepContext): PlannedStep | undefined {
  const current = findRound(context);
  if (current === undefined) return undefined;
  const { head } = context;
  return head.template.steps.find(({ id }) => roundOfTask(current.askedBy, head.workflowId, id) !== null);
}
