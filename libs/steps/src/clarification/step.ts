import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { type Answer, askModel, whyUnfinished } from '../ai/ask-model.ts';
import { describeIssue, loadPrompt } from '../ai/prompt.ts';
import { type Asked, askPerson, describeAnswer, mayAsk, readAsked, withAnswers } from '../ai/questions.ts';
import { describeComments, readTrustedComments } from '../ai/trusted-comments.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';
import {
  type ClarificationAnswer,
  clarificationAnswerSchema,
  isWithoutQuestions,
  questionOf,
} from './answer.ts';
import { renderTask, type TaskGround } from './task.ts';

const result = z.object({
  goal: z.string(),
  acceptance: z.array(z.string()),
  ambiguity: z.int(),
  scope: z.enum(['small', 'medium', 'large']).optional(),
});
type Result = z.infer<typeof result>;

const prompt = loadPrompt(new URL('./prompt.md', import.meta.url));

/** Understands what is asked and writes TASK.md, or asks the author. */
export const clarification: Step<Result> = {
  handler: 'clarification',
  result,
  whenSkipped: { goal: '', acceptance: [], ambiguity: 0 },
  run,
};

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const ground = { issue, comments: await readTrustedComments(context) };
  const asked = { ...(await readAsked(context)), task: renderTask(ground, null) };
  const answer = await ask(context, ground, asked);
  if (answer.kind !== 'finished') return escalate(whyUnfinished(answer));
  const question = questionOf(answer.result, issue.labels);
  if (question !== null) return askAuthor(context, asked, question);
  const task = renderTask(ground, answer.result);
  context.writeArtifact('TASK.md', withAnswers(context, { ...asked, task }) ?? task);
  const { goal, acceptance, ambiguity, scope } = answer.result;
  return done({ goal, acceptance, ambiguity, scope });
}

const NOBODY_IS_ASKED =
  'Nobody can be asked about this one: leave `questions` empty, decide what is open, and say so in `assumptions`.';

async function ask(
  context: StepContext,
  { comments }: TaskGround,
  { answered }: Asked,
): Promise<Answer<ClarificationAnswer>> {
  const { issue } = resultFrom(context, issueIntake);
  const workspace = await context.openWorkspace(context.head.project.baseBranch);
  const parts = [
    describeIssue(context, issue),
    ...describeComments(context, comments),
    ...answered.map(describeAnswer),
    ...(isWithoutQuestions(issue.labels) ? [NOBODY_IS_ASKED] : []),
  ];
  return askModel<ClarificationAnswer>(context, {
    round: answered.length,
    prompt,
    data: parts.join('\n\n'),
    workspace,
    tools: readTools(workspace),
    result: clarificationAnswerSchema,
  });
}

/** Whoever has answered so often and is still not understood needs something else than one more question. */
function askAuthor(context: StepContext, asked: Asked, question: string): Outcome<never> {
  const outcome = askPerson(context, asked, question);
  if (mayAsk(asked)) return outcome;
  return escalate({
    code: 'ISSUE_UNCLEAR',
    class: 'validation',
    message: `the issue is still unclear after ${asked.answered.length} answers; what is open is in the artifact TASK.md`,
    remedy: 'cancel the workflow, say in the issue what TASK.md asks, and have it worked again',
  });
}
