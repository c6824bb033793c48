import type { PlannedStep, StepHandler } from '@tamma/contracts';
import { nextRound, type Round, type RoundKind, type RoundWait, roundOfTask } from '@tamma/domain';
import type { StepContext } from './step.ts';

/** Steps whose verdict counts for one commit: a repair makes a new one, so they have to judge again. */
const JUDGES: readonly string[] = ['build-gate', 'test-gate', 'security-gate', 'code-review'];
const MENDER: StepHandler = 'code-generation';

/**
 * Has the change repaired and judged again by every judge above this step, so that no verdict on the old head is left
 * over. Null when no round is left, or no step above could repair anything.
 */
export function askForRepair(context: StepContext, why: string): RoundWait | null {
  const above = context.head.template.steps.filter((one) => one.index < context.step.index);
  const mender = above.find((one) => one.handler === MENDER);
  if (mender === undefined) return null;
  const judges = above.filter((one) => JUDGES.includes(one.handler));
  return askForRound(context, { kind: 'repair', steps: [mender, ...judges], why });
}

/** Has the change made anew by a person's wish, judged again by every judge, and its pull request brought up to date. */
export function askForRework(context: StepContext, why: string): RoundWait | null {
  const steps = context.head.template.steps.filter(
    ({ index, handler }) =>
      index < context.step.index && [MENDER, ...JUDGES, 'pull-request'].includes(handler),
  );
  return steps.some(({ handler }) => handler === MENDER)
    ? askForRound(context, { kind: 'rework', steps, why })
    : null;
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

/** The rounds that this very task asked for, oldest first. */
export function ownRounds({ rounds, taskId }: StepContext, kind: RoundKind): readonly Round[] {
  return rounds.filter((round) => round.kind === kind && round.askedBy === taskId);
}

/** The step because of which this task runs again; undefined outside a round. */
export function findAsker({ rounds, round, head }: StepContext): PlannedStep | undefined {
  const current = rounds.find(({ number }) => number === round);
  if (current === undefined) return undefined;
  const { askedBy } = current;
  return head.template.steps.find((step) => roundOfTask(askedBy, head.workflowId, step.id) !== null);
}
