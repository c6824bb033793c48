import { createHash } from 'node:crypto';
import { type ArtifactName, assessRisk, done, escalate, type Outcome, RISK_LEVELS } from '@tamma/domain';
import { z } from 'zod';
import { askModel } from '../ai/ask-model.ts';
import { describeIssue, fence, loadPrompt } from '../ai/prompt.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';

const answerSchema = z.object({
  summary: z.string().min(1),
  steps: z.array(z.string().min(1)).min(1).max(12),
  files: z.array(z.string().min(1)),
  risk: z.enum(RISK_LEVELS),
  breaking: z.boolean(),
  deletesFiles: z.boolean(),
  testPlan: z.string().min(1),
});
type Answer = z.infer<typeof answerSchema>;

const result = z.object({
  summary: z.string(),
  risk: z.enum(RISK_LEVELS),
  /** SHA-256 of PLAN.md: what an approval is bound to. */
  planHash: z.string(),
});
type Result = z.infer<typeof result>;

const planPrompt = loadPrompt(new URL('./prompt.md', import.meta.url));
const revisePrompt = loadPrompt(new URL('./revise.md', import.meta.url));

/**
 * Writes PLAN.md and TODO.md and settles the risk; the model may raise it, never lower it. In a round it makes another
 * plan of the last one, as REVIEW.md asks for.
 */
export const planGeneration: Step<Result> = { handler: 'plan-generation', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const workspace = await context.openWorkspace(context.head.project.baseBranch);
  const answer = await askModel(context, {
    round: context.round,
    system: context.round === 0 ? planPrompt : revisePrompt,
    prompt: await buildPrompt(context, describeIssue(issue)),
    tools: readTools(workspace),
    result: answerSchema,
  });
  if (answer.kind === 'gave-up') return escalate(answer.error);

  const { summary, files, breaking, deletesFiles, risk: claimed } = answer.result;
  const risk = assessRisk({ labels: issue.labels, files, claimed, deletesFiles, breaking });
  const plan = renderPlan(answer.result, risk);
  context.writeArtifact('PLAN.md', plan);
  context.writeArtifact('TODO.md', renderTodo(answer.result));
  await context.tell({ type: 'RISK.ASSESSED.SUCCESS', data: { risk } });
  return done({ summary, risk, planHash: createHash('sha256').update(plan).digest('hex') });
}

async function buildPrompt(context: StepContext, issue: string): Promise<string> {
  const show = async (name: string, artifact: ArtifactName) =>
    fence(name, (await context.readArtifact(artifact)) ?? '');
  const parts = [issue, await show('task', 'TASK.md'), await show('context', 'CONTEXT.md')];
  if (context.round > 0) parts.push(await show('plan', 'PLAN.md'), await show('wanted', 'REVIEW.md'));
  return parts.join('\n\n');
}

function renderPlan(answer: Answer, risk: string): string {
  const steps = answer.steps.map((step, i) => `${i + 1}. ${step}`).join('\n');
  const files = answer.files.map((file) => `- \`${file}\``).join('\n');
  return `# Plan\n\n${answer.summary}\n\nRisk: ${risk}\n\n## Steps\n\n${steps}\n\n## Files\n\n${files || 'none named'}\n\n## Tests\n\n${answer.testPlan}\n`;
}

function renderTodo(answer: Answer): string {
  return `# To do\n\n${answer.steps.map((step) => `- [ ] ${step}`).join('\n')}\n`;
}
