import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { askModel } from '../ai/ask-model.ts';
import { describeIssue, loadPrompt } from '../ai/prompt.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';

/** From here on the author is asked instead of guessed at. */
const AMBIGUITY_ASK = 70;
const ANSWER_DEADLINE_MS = 24 * 3_600_000;

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
export const clarification: Step<Result> = { handler: 'clarification', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const workspace = await context.openWorkspace(context.head.project.baseBranch);
  const prompt = describeIssue(issue);
  const answer = await askModel(context, {
    system,
    prompt,
    tools: readTools(workspace),
    result: answerSchema,
  });
  if (answer.kind === 'gave-up') return escalate(answer.error);

  const { ambiguity, goal, acceptance, questions } = answer.result;
  if (ambiguity > AMBIGUITY_ASK && questions.length > 0) {
    return { kind: 'ask', question: questions.join('\n'), forMs: ANSWER_DEADLINE_MS };
  }
  context.writeArtifact('TASK.md', renderTask(issue, answer.result));
  return done({ goal, acceptance, ambiguity });
}

function renderTask(issue: { number: number; title: string }, answer: Answer): string {
  const acceptance = answer.acceptance.map((check) => `- [ ] ${check}`).join('\n');
  return `# Issue ${issue.number}: ${issue.title}\n\n## Goal\n\n${answer.goal}\n\n## Acceptance\n\n${acceptance}\n`;
}
