import { type ArtifactName, cutMiddle } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { fence } from '../ai/fence.ts';
import { describeIssue, loadPrompt, type Prompt } from '../ai/prompt.ts';
import { type Asked, describeAnswer } from '../ai/questions.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type StepContext } from '../step.ts';
import { problemOf } from './problem.ts';

export interface Prompts {
  readonly prompt: Prompt;
  readonly data: string;
}

/** Longest diff shown for a repair, in characters; whole files can be read beside. */
const DIFF_MAX = 100_000;

const writePrompt = loadPrompt(new URL('./prompt.md', import.meta.url));
const repairPrompt = loadPrompt(new URL('./repair.md', import.meta.url));
const conflictPrompt = loadPrompt(new URL('./conflict.md', import.meta.url));

/** For the first commits: what is wanted, and how it is to be done. */
export async function writePrompts(context: StepContext, { task, answered }: Asked): Promise<Prompts> {
  const parts = [
    describeTask(context),
    fence('task', task),
    fence('context', await read(context, 'CONTEXT.md')),
    fence('plan', await read(context, 'PLAN.md')),
    ...answered.map(describeAnswer),
  ];
  return { prompt: writePrompt, data: parts.join('\n\n') };
}

export interface Refused {
  readonly asked: Asked;
  readonly baseCommit: string;
}

/** For a repair: what was wanted, what was made of it, and why that is refused. */
export async function repairPrompts(
  context: StepContext,
  workspace: Workspace,
  { asked, baseCommit }: Refused,
): Promise<Prompts> {
  const { patch } = await workspace.changeSince(baseCommit);
  const { name, lengthMax } = problemOf(context);
  const parts = [
    describeTask(context),
    fence('task', asked.task),
    fence('plan', await read(context, 'PLAN.md')),
    fence('diff', cutMiddle(patch, DIFF_MAX)),
    fence('problem', tailOf(await read(context, name), lengthMax), { source: name }),
    ...asked.answered.map(describeAnswer),
  ];
  return { prompt: repairPrompt, data: parts.join('\n\n') };
}

/** For a change that conflicts with its base: what was wanted, and which files hold both sides. */
export async function conflictPrompts(context: StepContext, files: readonly string[]): Promise<Prompts> {
  const parts = [
    describeTask(context),
    fence('plan', await read(context, 'PLAN.md')),
    fence('conflicts', files.join('\n')),
  ];
  return { prompt: conflictPrompt, data: parts.join('\n\n') };
}

function describeTask(context: StepContext): string {
  return describeIssue(context, resultFrom(context, issueIntake).issue);
}

async function read(context: StepContext, name: ArtifactName): Promise<string> {
  return (await context.readArtifact(name)) ?? '';
}

function tailOf(text: string, max: number): string {
  if (text.length <= max) return text;
  return `[… ${text.length - max} characters left out …]\n\n${text.slice(-max)}`.toWellFormed();
}
