import { createHash } from 'node:crypto';
import { type ArtifactName, assessRisk, done, escalate, type Outcome, RISK_LEVELS } from '@tamma/domain';
import { z } from 'zod';
import { type Answer, askModel } from '../ai/ask-model.ts';
import { fence } from '../ai/fence.ts';
import { describeIssue, loadPrompt } from '../ai/prompt.ts';
import {
  type Asked,
  askPerson,
  describeAnswer,
  mayAsk,
  readAsked,
  roundWith,
  withAnswers,
} from '../ai/questions.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';
import { areOptionsWanted, judgeOptions, type PlanAnswer, planAnswerSchema } from './answer.ts';
import { renderPlan, renderTodo } from './render.ts';

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
  const asked = await readAsked(context);
  const answer = await ask(context, asked);
  if (answer.kind === 'gave-up') return escalate(answer.error);
  if (answer.kind === 'asked') return askPerson(context, asked, answer.question);
  const task = withAnswers(context, asked);
  if (task !== null) context.writeArtifact('TASK.md', task);
  return settle(context, answer.result);
}

async function settle(context: StepContext, answer: PlanAnswer): Promise<Outcome<Result>> {
  const { labels } = resultFrom(context, issueIntake).issue;
  const { summary, files, breaking, deletesFiles, risk: claimed } = answer;
  const risk = assessRisk({ labels, files, claimed, deletesFiles, breaking });
  const plan = renderPlan(answer, risk);
  context.writeArtifact('PLAN.md', plan);
  context.writeArtifact('TODO.md', renderTodo(answer));
  await context.tell({ type: 'RISK.ASSESSED.SUCCESS', data: { risk } });
  return done({ summary, risk, planHash: createHash('sha256').update(plan).digest('hex') });
}

async function ask(context: StepContext, asked: Asked): Promise<Answer<PlanAnswer>> {
  const { issue } = resultFrom(context, issueIntake);
  const workspace = await context.openWorkspace(context.head.project.baseBranch);
  return askModel<PlanAnswer>(context, {
    round: roundWith(context, asked),
    prompt: context.round === 0 ? planPrompt : revisePrompt,
    data: await describeGround(context, asked),
    workspace,
    tools: readTools(workspace),
    result: planAnswerSchema,
    check: async (plan) => judgeOptions(plan, issue.labels),
    mayAsk: mayAsk(asked),
  });
}

const OPTIONS_WANTED =
  'Options are wanted for this one: two or three that really differ, with their trade-offs.';

async function describeGround(context: StepContext, { task, answered }: Asked): Promise<string> {
  const { issue } = resultFrom(context, issueIntake);
  const show = async (name: 'context' | 'plan' | 'wanted', artifact: ArtifactName) =>
    fence(name, (await context.readArtifact(artifact)) ?? '');
  const parts = [describeIssue(context, issue), fence('task', task), await show('context', 'CONTEXT.md')];
  if (context.round > 0) parts.push(await show('plan', 'PLAN.md'), await show('wanted', 'REVIEW.md'));
  parts.push(...answered.map(describeAnswer));
  if (areOptionsWanted(issue.labels)) parts.push(OPTIONS_WANTED);
  return parts.join('\n\n');
}
