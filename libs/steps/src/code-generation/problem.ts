import { type ArtifactName, type ErrorReport, TammaError } from '@tamma/domain';
import { findAsker, findRound } from '../round.ts';
import type { StepContext } from '../step.ts';

/** How much of the end of a log is shown, in characters: what failed stands there. */
const LOG_TAIL_MAX = 20_000;
/** Several logs, each with an end of its own; or the words of reviewers, cut one by one already. */
const PROBLEM_MAX = 120_000;

/** Where each step that asks for a repair wrote down why. */
const PROBLEMS: ReadonlyMap<string, ArtifactName> = new Map([
  ['build-gate', 'build.log'],
  ['test-gate', 'test.log'],
  ['security-gate', 'security.log'],
  ['code-review', 'REVIEW.md'],
  ['merge-approval', 'REVIEW.md'],
]);

interface Problem {
  readonly name: ArtifactName;
  readonly lengthMax: number;
}

/** What a round is to mend, by the artifact that says it. */
export function problemOf(context: StepContext): Problem {
  const kind = findRound(context)?.kind;
  if (kind === 'ci') return { name: 'ci.log', lengthMax: PROBLEM_MAX };
  if (kind === 'review') return { name: 'REVIEW.md', lengthMax: PROBLEM_MAX };
  const name = PROBLEMS.get(findAsker(context)?.handler ?? '');
  if (name !== undefined) return { name, lengthMax: LOG_TAIL_MAX };
  throw new TammaError(
    'REPAIR_UNEXPLAINED',
    `nobody on record says what round ${context.round} of ${context.step.id} is to repair`,
    { class: 'validation', remedy: 'cancel the workflow and start it again' },
  );
}

/** How much of the end of what could not be mended a person is shown at once, in characters. */
const SHOWN_MAX = 500;

/** Whoever is asked for help wants to know what could not be mended, not only that a model gave up on it. */
export async function withProblem(context: StepContext, error: ErrorReport): Promise<ErrorReport> {
  if (findRound(context) === undefined) return error;
  const { name } = problemOf(context);
  const problem = ((await context.readArtifact(name)) ?? '').trim();
  return {
    ...error,
    message: `${error.message}; it was to mend this: ${problem.slice(-SHOWN_MAX).toWellFormed()}`,
    remedy: `read the artifact ${name}; retry for another repair, mend the branch by hand and retry, or abort`,
  };
}
