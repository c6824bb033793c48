import { done, type ErrorReport, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { branchSetup } from '../branch-setup/step.ts';
import { askForRepair, describeRepairs } from '../round.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import {
  findPass,
  hasPassed,
  isMissing,
  runGateCommand,
  settleGate,
  showCommand,
  summarize,
  takeOverride,
} from './run-command.ts';

export const gateResultSchema = z.object({ commit: z.string(), summary: z.string() });
type GateStepResult = z.infer<typeof gateResultSchema>;

/** A gate that is one command of the project, run on the head of the branch. Red sends the change to repair. */
export function commandGate(gate: 'build' | 'test'): Step<GateStepResult> {
  return {
    handler: `${gate}-gate`,
    result: gateResultSchema,
    run: (context) => runGate(context, gate),
  };
}

type CommandGate = 'build' | 'test';

async function runGate(context: StepContext, gate: CommandGate): Promise<Outcome<GateStepResult>> {
  const { branch } = resultFrom(context, branchSetup);
  const command = context.head.project.gates[gate];
  const workspace = await context.openWorkspace(branch);
  const commit = workspace.startCommit;
  const earlier = findPass(context, gate, commit) ?? (await takeOverride(context, gate, commit));
  if (earlier !== null) return done({ commit, summary: earlier.summary });

  await context.progress(10, `running ${await showCommand(command)}`);
  const result = await runGateCommand(context, workspace, command);
  const summary = summarize(command, result);
  context.writeArtifact(`${gate}.log`, `$ ${result.shown}\n${result.output}\n${summary}\n`);
  const verdict = { gate, commit, passed: hasPassed(result), summary, durationMs: result.durationMs };
  const { passed } = await settleGate(context, verdict);
  if (passed) return done({ commit, summary });
  return isMissing(result)
    ? escalate(nothingToRun(gate, summary))
    : refuse(context, { gate, commit, summary });
}

interface Refusal extends GateStepResult {
  readonly gate: CommandGate;
}

function refuse(context: StepContext, { gate, commit, summary }: Refusal): Outcome<never> {
  const failed = `the ${gate} gate failed on ${commit.slice(0, 7)}`;
  const repair = askForRepair(context, `${failed}: ${summary}`);
  if (repair !== null) return repair;
  return escalate({
    code: gate === 'build' ? 'BUILD_FAILED' : 'TEST_FAILED',
    class: 'gate',
    message: `${failed}${describeRepairs(context)}: ${summary}`,
    remedy: `read the artifact ${gate}.log`,
  });
}

function nothingToRun(gate: CommandGate, summary: string): ErrorReport {
  return {
    code: 'GATE_COMMAND_MISSING',
    class: 'validation',
    message: `the ${gate} gate has nothing to run: ${summary}`,
    remedy: `read the artifact ${gate}.log; add the script to the repository, install what it calls, or set gates.${gate}`,
  };
}
