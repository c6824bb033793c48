import { gateTaskSchema } from '@tamma/contracts';
import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { hasPassed, runGateCommand, settleGate, showCommand, summarize } from '../gate/run-command.ts';
import type { Step, StepContext } from '../step.ts';
import { payloadFrom } from '../task-payload.ts';

const result = z.object({ commit: z.string(), summary: z.string() });
type Result = z.infer<typeof result>;

/** One gate of the project on the head of a branch, submitted on its own: nothing is repaired when it is red. */
export const qualityGate: Step<Result> = { handler: 'quality-gate', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { gate, branch } = payloadFrom(context, gateTaskSchema);
  const command = context.head.project.gates[gate];
  if (command === undefined) {
    return escalate({
      code: 'GATE_COMMAND_MISSING',
      class: 'validation',
      message: `project ${context.head.project.id} has no command for its ${gate} gate`,
      remedy: `set gates.${gate} in the project, then retry; or cancel the task`,
    });
  }
  const workspace = await context.openWorkspace(branch);
  const commit = workspace.startCommit;
  await context.progress(10, `running ${await showCommand(command)}`);
  const made = await runGateCommand(context, workspace, command);
  const summary = summarize(command, made);
  context.writeArtifact(`${gate}.log`, `$ ${made.shown}\n${made.output}\n${summary}\n`);
  const { durationMs } = made;
  const { passed } = await settleGate(context, {
    gate,
    commit,
    passed: hasPassed(made),
    summary,
    durationMs,
  });
  if (passed) return done({ commit, summary });
  return escalate({
    code: 'GATE_FAILED',
    class: 'gate',
    message: `the ${gate} gate failed on ${commit.slice(0, 7)}: ${summary}`,
    remedy: `read the artifact ${gate}.log; retry when the branch is mended, or cancel the task`,
  });
}
