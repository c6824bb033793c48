import { defineTool, type Tool } from '@tamma/ai-provider';
import { type CommitRecord, done, type ErrorReport, escalate, type Outcome } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { z } from 'zod';
import { askModel } from '../ai/ask-model.ts';
import { branchSetup } from '../branch-setup/step.ts';
import { runGateCommand, summarize } from '../gate/run-command.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';
import { writeTools } from '../tools/write-tools.ts';
import { repairPrompts, writePrompts } from './prompts.ts';

const answerSchema = z.object({
  summary: z.string().min(1),
  tests: z.array(z.string()),
  commitMessage: z.string().min(1),
});
type Answer = z.infer<typeof answerSchema>;

const result = z.object({ headCommit: z.string(), summary: z.string() });
type Result = z.infer<typeof result>;

const TASK_TRAILER = 'Tamma-Task';

/**
 * Tests, code and tidy-up by the model; one commit, pushed. The pushed branch is what later steps build on. In a round
 * it repairs what a gate or the review refused, with one more commit.
 */
export const codeGeneration: Step<Result> = { handler: 'code-generation', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { branch, baseCommit } = resultFrom(context, branchSetup);
  const workspace = await context.openWorkspace(branch);
  const earlier = await findEarlierPush(context, workspace, baseCommit);
  if (earlier !== null) return finishWith(context, earlier, 'an earlier attempt pushed this change');

  const tools = [...readTools(workspace), ...writeTools(workspace), gateTool(context, workspace)];
  const prompts = context.round === 0 ? await writePrompts(context) : await repairPrompts(context, workspace);
  const answer = await askModel(context, { ...prompts, round: context.round, tools, result: answerSchema });
  if (answer.kind === 'gave-up') return escalate(answer.error);
  return deliver(context, workspace, { branch, answer: answer.result });
}

/** An attempt may die between its push and its commit point; the trailer says whose work the branch holds. */
async function findEarlierPush(
  context: StepContext,
  workspace: Workspace,
  baseCommit: string,
): Promise<CommitRecord | null> {
  const commits = await workspace.commitsSince(baseCommit);
  const trailer = `${TASK_TRAILER}: ${context.taskId}`;
  return commits.findLast((commit) => trailersOf(commit.message).includes(trailer)) ?? null;
}

/** Trailers are the last paragraph; what a model wrote above may look like one and proves nothing. */
function trailersOf(message: string): readonly string[] {
  return message.trimEnd().split('\n\n').at(-1)?.split('\n') ?? [];
}

async function deliver(
  context: StepContext,
  workspace: Workspace,
  change: { branch: string; answer: Answer },
): Promise<Outcome<Result>> {
  const { branch, answer } = change;
  const trailers = { 'Tamma-Workflow': context.head.workflowId, [TASK_TRAILER]: context.taskId };
  const commit = await workspace.commit({ message: answer.commitMessage, trailers });
  if (commit === null) return escalate(emptyChange(context));
  const secrets = await workspace.findSecrets(workspace.startCommit);
  if (secrets.length > 0) {
    const places = secrets.map((one) => `${one.path}:${one.line} (${one.kind})`).join(', ');
    return escalate({
      code: 'SECRET_IN_CHANGE',
      class: 'gate',
      message: `the change was not pushed because it holds what looks like a secret: ${places}`,
      remedy: 'retry for another change, or abort and say in the issue where the secret is to come from',
    });
  }
  await context.assertOwner();
  const pushed = await workspace.push(branch, workspace.startCommit);
  if (pushed.kind === 'pushed') return finishWith(context, commit, answer.summary);
  const message = `the push to ${branch} was refused: ${pushed.detail}`;
  const remedy = 'see who else pushes to the branch';
  return { kind: 'retry', error: { code: 'PUSH_REFUSED', class: 'unknown', message, remedy } };
}

function emptyChange({ round }: StepContext): ErrorReport {
  const remedy =
    round === 0
      ? 'make the issue clearer, or close it if nothing is to be done'
      : 'look whether what was to be repaired is a fault of the change; retry for another repair, or abort';
  const message = 'the model said it was finished and changed nothing';
  return { code: 'EMPTY_CHANGE', class: 'model', message, remedy };
}

async function finishWith(
  context: StepContext,
  commit: CommitRecord,
  summary: string,
): Promise<Outcome<Result>> {
  await context.tell({ type: 'COMMIT.CREATED.SUCCESS', data: commit });
  return done({ headCommit: commit.hash, summary });
}

function gateTool(context: StepContext, workspace: Workspace): Tool {
  return defineTool({
    name: 'run_gate',
    description: "Runs the project's own build or test command and returns its output.",
    input: z.strictObject({ gate: z.enum(['build', 'test']) }),
    run: async ({ gate }) => {
      const command = context.head.project.gates[gate];
      const outcome = await runGateCommand(context, workspace, command);
      return `${summarize(command, outcome)}\n\n${outcome.output}`;
    },
  });
}
