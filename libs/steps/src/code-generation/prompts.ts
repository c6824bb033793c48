import { type ArtifactName, cutMiddle, TammaError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { describeIssue, fence, loadPrompt } from '../ai/prompt.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { findAsker, findRound } from '../round.ts';
import { resultFrom, type StepContext } from '../step.ts';

export interface Prompts {
  readonly system: string;
  readonly prompt: string;
}

/** Longest diff shown for a repair, in characters; whole files can be read beside. */
const DIFF_MAX = 100_000;
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

const writeSystem = loadPrompt(new URL('./prompt.md', import.meta.url));
const repairSystem = loadPrompt(new URL('./repair.md', import.meta.url));
const conflictSystem = loadPrompt(new URL('./conflict.md', import.meta.url));

/** For the first commit: what is wanted, and how it is to be done. */
export async function writePrompts(context: StepContext): Promise<Prompts> {
  const parts = [
    describeTask(context),
    fence('task', await read(context, 'TASK.md')),
    fence('context', await read(context, 'CONTEXT.md')),
    fence('plan', await read(context, 'PLAN.md')),
  ];
  return { system: writeSystem, prompt: parts.join('\n\n') };
}

/** For a repair: what was wanted, what was made of it, and why that is refused. */
export async function repairPrompts(
  context: StepContext,
  workspace: Workspace,
  baseCommit: string,
): Promise<Prompts> {
  const { patch } = await workspace.changeSince(baseCommit);
  const { name, lengthMax } = problemOf(context);
  const parts = [
    describeTask(context),
    fence('task', await read(context, 'TASK.md')),
    fence('plan', await read(context, 'PLAN.md')),
    fence('diff', cutMiddle(patch, DIFF_MAX)),
    fence('problem', tailOf(await read(context, name), lengthMax)),
  ];
  return { system: repairSystem, prompt: parts.join('\n\n') };
}

export interface Conflicted {
  readonly files: readonly string[];
  /** Those that still held marks when the model said that it was finished; empty at first. */
  readonly left: readonly string[];
}

/** For a change that conflicts with its base: what was wanted, and which files hold both sides. */
export async function conflictPrompts(context: StepContext, { files, left }: Conflicted): Promise<Prompts> {
  const parts = [
    describeTask(context),
    fence('plan', await read(context, 'PLAN.md')),
    fence('conflicts', files.join('\n')),
  ];
  if (left.length > 0) parts.push(fence('left', left.join('\n')));
  return { system: conflictSystem, prompt: parts.join('\n\n') };
}

function describeTask(context: StepContext): string {
  return describeIssue(resultFrom(context, issueIntake).issue);
}

async function read(context: StepContext, name: ArtifactName): Promise<string> {
  return (await context.readArtifact(name)) ?? '';
}

interface Problem {
  readonly name: ArtifactName;
  readonly lengthMax: number;
}

function problemOf(context: StepContext): Problem {
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

function tailOf(text: string, max: number): string {
  if (text.length <= max) return text;
  return `[… ${text.length - max} characters left out …]\n\n${text.slice(-max)}`.toWellFormed();
}
