import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { branchSetup } from '../branch-setup/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { findPass, hasPassed, runGateCommand, settleGate, summarize } from './run-command.ts';

export const gateResultSchema = z.object({ commit: z.string(), summary: z.string() });
type GateStepResult = z.infer<typeof gateResultSchema>;

/** A gate that is one command of the project, run on the head of the branch. */
export function commandGate(gate: 'build' | 'test'): Step<GateStepResult> {
  return {
    handler: `${gate}-gate`,
    result: gateResultSchema,
    run: (context) => runGate(context, gate),
  };
}

async function runGate(context: StepContext, gate: 'build' | 'test'): Promise<Outcome<GateStepResult>> {
  const { branch } = resultFrom(context, branchSetup);
  const command = context.head.project.gates[gate];
  const workspace = await context.openWorkspace(branch);
  const commit = workspace.startCommit;
  const earlier = findPass(context, gate, commit);
  if (earlier !== undefined) return done({ commit, summary: earlier.summary });

  await context.progress(10, `running ${command.command.join(' ')}`);
  const result = await runGateCommand(context, workspace, command);
  const summary = summarize(command, result);
  context.writeArtifact(`${gate}.log`, `$ ${command.command.join(' ')}\n${result.output}\n${summary}\n`);
  const verdict = { gate, commit, passed: hasPassed(result), summary, durationMs: result.durationMs };
  const { passed } = await settleGate(context, verdict);
  if (passed) return done({ commit, summary });
  return escalate({
    code: gate === 'build' ? 'BUILD_FAILED' : 'TEST_FAILED',
    class: 'gate',
    message: `the ${gate} gate failed on ${commit.slice(0, 7)}: ${summary}`,
    remedy: `read the artifact ${gate}.log`,
  });
}
