import { escalate, type Outcome, unwanted } from '@tamma/domain';
import type { MergeResult } from '@tamma/git-platform';
import { askForDelivery } from '../round.ts';
import type { StepContext } from '../step.ts';

export interface MergeAttempt {
  readonly number: number;
  readonly headCommit: string;
}

/** What follows when the platform does not show the pull request as merged, whatever it answered. */
export function afterNoMerge(
  context: StepContext,
  answer: MergeResult,
  attempt: MergeAttempt,
): Outcome<never> {
  switch (answer.kind) {
    case 'merged':
      return escalate(notMerged(attempt.number));
    case 'queued':
      return awaitQueue(context, answer.detail);
    case 'blocked':
      return awaitRules(context, answer, attempt);
    case 'refused':
      return afterRefusal(context, answer, attempt);
  }
}

function awaitQueue({ head }: StepContext, detail: string): Outcome<never> {
  const { deadline: forMs, recheck: recheckMs } = head.project.ci;
  return { kind: 'wait', on: 'ci', key: 'queue', forMs, recheckMs, why: `in the merge queue: ${detail}` };
}

type Blocked = Extract<MergeResult, { kind: 'blocked' }>;

function awaitRules({ head }: StepContext, { on, detail }: Blocked, attempt: MergeAttempt): Outcome<never> {
  const { deadline: forMs, recheck: recheckMs } = on === 'ci' ? head.project.ci : head.project.reviews;
  const why = `the platform does not let pull request #${attempt.number} be merged yet: ${detail}`;
  return { kind: 'wait', on, key: attempt.headCommit, forMs, recheckMs, why };
}

type Refused = Extract<MergeResult, { kind: 'refused' }>;

function afterRefusal(
  context: StepContext,
  { why, detail }: Refused,
  { number }: MergeAttempt,
): Outcome<never> {
  const message = `pull request #${number} was not merged (${why}): ${detail}`;
  switch (why) {
    case 'conflict':
    case 'base-moved':
      return askForDelivery(context, 'rebase', message);
    case 'head-moved':
      return askForDelivery(context, 'regate', message);
    case 'closed':
      return unwanted(`pull request #${number} was closed by a person`);
    case 'not-allowed': {
      const remedy =
        "allow this account and the project's merge.method in the repository's rules, or merge by hand; then retry";
      return escalate({ code: 'MERGE_REFUSED', class: 'conflict', message, remedy });
    }
  }
}

function notMerged(number: number) {
  const message = `the platform does not show pull request #${number} as merged`;
  const remedy = 'look at the pull request on the platform, then retry';
  return { code: 'NOT_MERGED', class: 'conflict', message, remedy } as const;
}
