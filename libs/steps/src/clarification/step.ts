import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { askModel } from '../ai/ask-model.ts';
import { describeIssue, loadPrompt } from '../ai/prompt.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';
import { type AnsweredQuestion, describeAnswer, matchAnswers, renderQuestions } from './questions.ts';

/** From here on the author is asked instead of guessed at. */
const AMBIGUITY_ASK = 70;
const ANSWER_DEADLINE_MS = 24 * 3_600_000;
/** Whoever has answered so often and is still not understood needs something else than a fourth question. */
const QUESTIONS_MAX = 3;

const answerSchema = z.object({
  ambiguity: z.int().min(0).max(100),
  goal: z.string().min(1),
  acceptance: z.array(z.string().min(1)).min(1).max(12),
  questions: z.array(z.string().min(1)).max(5),
});
type Answer = z.infer<typeof answerSchema>;

const result = z.object({ goal: z.string(), acceptance: z.array(z.string()), ambiguity: z.int() });
type Result = z.infer<typeof result>;

const system = loadPrompt(new URL('./prompt.md', import.meta.url));

/** Understands what is asked and writes TASK.md, or asks the author. */
export const clarification: Step<Result> = {
  handler: 'clarification',
  result,
  whenSkipped: { goal: '', acceptance: [], ambiguity: 0 },
  run,
};

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const workspace = await context.openWorkspace(context.head.project.baseBranch);
  const answered = matchAnswers(await context.readArtifact('TASK.md'), context.decisions);
  const answer = await askModel(context, {
    round: answered.length,
    system,
    prompt: [describeIssue(issue), ...answered.map(describeAnswer)].join('\n\n'),
    tools: readTools(workspace),
    result: answerSchema,
  });
  if (answer.kind === 'gave-up') return escalate(answer.error);

  const { ambiguity, goal, acceptance, questions } = answer.result;
  if (ambiguity > AMBIGUITY_ASK && questions.length > 0) {
    return askAuthor(context, { issue, answered, question: questions.join('\n') });
  }
  context.writeArtifact('TASK.md', renderTask(issue, answer.result, answered));
  return done({ goal, acceptance, ambiguity });
}

interface OpenQuestion {
  readonly issue: TitledIssue;
  readonly answered: readonly AnsweredQuestion[];
  readonly question: string;
}

/** The question is kept in TASK.md: with the answer comes nothing but its words. */
function askAuthor(context: StepContext, { issue, answered, question }: OpenQuestion): Outcome<never> {
  context.writeArtifact('TASK.md', `${renderTitle(issue)}\n\n${renderQuestions(answered, question)}`);
  if (answered.length < QUESTIONS_MAX) return { kind: 'ask', question, forMs: ANSWER_DEADLINE_MS };
  return escalate({
    code: 'ISSUE_UNCLEAR',
    class: 'validation',
    message: `the issue is still unclear after ${answered.length} answers; what is open is in the artifact TASK.md`,
    remedy: 'cancel the workflow, say in the issue what TASK.md asks, and have it worked again',
  });
}

interface TitledIssue {
  readonly number: number;
  readonly title: string;
}

function renderTitle({ number, title }: TitledIssue): string {
  return `# Issue ${number}: ${title}`;
}

function renderTask(issue: TitledIssue, answer: Answer, answered: readonly AnsweredQuestion[]): string {
  const acceptance = answer.acceptance.map((check) => `- [ ] ${check}`).join('\n');
  const task = `${renderTitle(issue)}\n\n## Goal\n\n${answer.goal}\n\n## Acceptance\n\n${acceptance}\n`;
  return answered.length === 0 ? task : `${task}\n${renderQuestions(answered, null)}`;
}
