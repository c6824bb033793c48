import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { askModel, whyUnfinished } from '../ai/ask-model.ts';
import { fence } from '../ai/fence.ts';
import { describeIssue, loadPrompt } from '../ai/prompt.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';
import { type ResearchAnswer, researchAnswerSchema } from './answer.ts';
import { readHistory } from './history.ts';
import { type ResearchGround, renderContext } from './render.ts';
import { readSurroundings } from './surroundings.ts';

const result = z.object({ files: z.array(z.string()) });
type Result = z.infer<typeof result>;

const prompt = loadPrompt(new URL('./prompt.md', import.meta.url));

/** Gathers what the implementer must know, from code, history and other issues, and writes CONTEXT.md. */
export const contextResearch: Step<Result> = {
  handler: 'context-research',
  result,
  whenSkipped: { files: [] },
  run,
};

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const workspace = await context.openWorkspace(context.head.project.baseBranch);
  const ground = {
    history: await readHistory(workspace, `${issue.title}\n${issue.body}`),
    surroundings: await readSurroundings(context, issue),
  };
  const answer = await askModel<ResearchAnswer>(context, {
    round: context.round,
    prompt,
    data: await describeGround(context, ground),
    workspace,
    tools: readTools(workspace),
    result: researchAnswerSchema,
  });
  if (answer.kind !== 'finished') return escalate(whyUnfinished(answer));
  context.writeArtifact('CONTEXT.md', renderContext(answer.result, ground));
  return done({ files: answer.result.files.map((file) => file.path) });
}

async function describeGround(
  context: StepContext,
  { history, surroundings }: ResearchGround,
): Promise<string> {
  const { issue } = resultFrom(context, issueIntake);
  const source = context.head.project.platform;
  const { related, bugs, unread } = surroundings;
  const bugParts = bugs.map(({ issue: bug, excerpt }) => {
    const labels = { source, author: bug.author, role: bug.authorRole };
    return fence('bug', `#${bug.number} ${bug.title}\n\n${excerpt}`.trim(), labels);
  });
  return [
    describeIssue(context, issue),
    fence('task', (await context.readArtifact('TASK.md')) ?? ''),
    fence('commits', [...history.latest, ...history.related].join('\n'), { source: 'git' }),
    ...(related.length === 0 ? [] : [fence('related', related.join('\n'), { source })]),
    ...bugParts,
    ...(unread.length === 0 ? [] : [fence('unread', unread.join('\n'))]),
  ].join('\n\n');
}
