import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { askModel } from '../ai/ask-model.ts';
import { describeIssue, fence, loadPrompt } from '../ai/prompt.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';

const answerSchema = z.object({
  summary: z.string().min(1),
  files: z.array(z.object({ path: z.string().min(1), why: z.string() })),
  risks: z.array(z.string()),
});
type Answer = z.infer<typeof answerSchema>;

const result = z.object({ files: z.array(z.string()) });
type Result = z.infer<typeof result>;

const system = loadPrompt(new URL('./prompt.md', import.meta.url));

/** Gathers what the implementer must know and writes CONTEXT.md. */
export const contextResearch: Step<Result> = {
  handler: 'context-research',
  result,
  whenSkipped: { files: [] },
  run,
};

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const workspace = await context.openWorkspace(context.head.project.baseBranch);
  const task = (await context.readArtifact('TASK.md')) ?? '';
  const prompt = `${describeIssue(issue)}\n\n${fence('task', task)}`;
  const answer = await askModel(context, {
    round: context.round,
    system,
    prompt,
    tools: readTools(workspace),
    result: answerSchema,
  });
  if (answer.kind === 'gave-up') return escalate(answer.error);

  context.writeArtifact('CONTEXT.md', renderContext(answer.result));
  return done({ files: answer.result.files.map((file) => file.path) });
}

function renderContext(answer: Answer): string {
  const files = answer.files.map((file) => `- \`${file.path}\`: ${file.why}`).join('\n');
  const risks = answer.risks.map((risk) => `- ${risk}`).join('\n');
  return `# Context\n\n${answer.summary}\n\n## Files\n\n${files || 'none'}\n\n## Risks\n\n${risks || 'none seen'}\n`;
}
