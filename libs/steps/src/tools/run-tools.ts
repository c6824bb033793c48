import { defineTool, type Tool, ToolRefusal } from '@tamma/ai-provider';
import type { Workspace } from '@tamma/workspace';
import { z } from 'zod';
import { type GateCommand, type GateRun, hasPassed, runGateCommand, summarize } from '../gate/run-command.ts';
import type { StepContext } from '../step.ts';
import { createGateVerdicts, type GateVerdicts } from './gate-verdicts.ts';

/** So that the summary before it and the note of what was cut fit with it into one answer. */
const OUTPUT_MAX_CHARACTERS = 24 * 1024;
const ARGUMENTS_MAX = 100;
const ARGUMENT_MAX_CHARACTERS = 4_000;
const TOLD_MAX_CHARACTERS = 500;

export type RunContext = Pick<StepContext, 'head' | 'signal' | 'tell'>;

/** Tools that run what the project allows: its gates, and commands that it names for models. */
export function runTools(
  context: RunContext,
  workspace: Workspace,
  verdicts: GateVerdicts = createGateVerdicts(),
): readonly Tool[] {
  const bench = { context, workspace, verdicts };
  const hasCommands = context.head.project.ai.commands.length > 0;
  return [gateTool(bench), ...(hasCommands ? [commandTool(bench)] : [])];
}

interface Bench {
  readonly context: RunContext;
  readonly workspace: Workspace;
  readonly verdicts: GateVerdicts;
}

/** A gate that a model may run. */
type ModelGate = 'build' | 'test';

function gateTool(bench: Bench): Tool {
  return defineTool({
    name: 'run_gate',
    description: "Runs the project's own build or test command and returns its output.",
    input: z.strictObject({ gate: z.enum(['build', 'test']) }),
    run: ({ gate }) => runGate(bench, gate),
  });
}

const argument = z
  .string()
  .max(ARGUMENT_MAX_CHARACTERS)
  .refine((value) => !value.includes('\0'), 'holds a NUL character');

function commandTool(bench: Bench): Tool {
  const { ai } = bench.context.head.project;
  return defineTool({
    name: 'run_command',
    description:
      `Runs a program with its arguments, each by itself; no shell is involved. Allowed are those that begin with: ` +
      `${listed(ai.commands)}.`,
    input: z.strictObject({ command: z.array(argument).min(1).max(ARGUMENTS_MAX) }),
    run: ({ command }) => {
      const gate = allowed(bench.context, command);
      if (gate !== null) return runGate(bench, gate);
      const limits = { timeout: ai.commandTimeout, network: ai.commandNetwork };
      return showRun({ command, ...limits }, bench);
    },
  });
}

/** The gate whose command it is; null for one that the project allows beside them. Throws for any other. */
function allowed({ head }: RunContext, command: readonly string[]): ModelGate | null {
  const { ai, gates } = head.project;
  const gate = (['build', 'test'] as const).find((one) => isSame(gates[one].command, command));
  if (gate !== undefined) return gate;
  if (ai.commands.some((start) => isSame(start, command.slice(0, start.length)))) return null;
  throw new ToolRefusal('command', command.join(' '), {
    why: `the project does not allow the command ${JSON.stringify(command)}`,
    remedy: `Allowed are commands that begin with: ${listed(ai.commands)}. Gates are run by run_gate.`,
  });
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

function listed(commands: readonly (readonly string[])[]): string {
  return commands.map((command) => JSON.stringify(command)).join(', ');
}

async function runGate(bench: Bench, gate: ModelGate): Promise<string> {
  const command = bench.context.head.project.gates[gate];
  const run = await runTold(command, bench);
  bench.verdicts.heard(gate, hasPassed(run));
  return show(command, run);
}

async function showRun(command: GateCommand, bench: Bench): Promise<string> {
  return show(command, await runTold(command, bench));
}

function show(command: GateCommand, run: GateRun): string {
  return `${summarize(command, run)}\n\n${run.output}`;
}

async function runTold(command: GateCommand, { context, workspace }: Bench): Promise<GateRun> {
  const run = await runGateCommand(context, workspace, { ...command, outputMax: OUTPUT_MAX_CHARACTERS });
  await tell(context, run);
  return run;
}

async function tell({ tell }: RunContext, run: GateRun): Promise<void> {
  const line = run.shown.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const { exitCode, timedOut, durationMs, sandbox } = run;
  const told = line.slice(0, TOLD_MAX_CHARACTERS).toWellFormed();
  await tell({ type: 'AI.COMMAND.RAN', data: { command: told, exitCode, timedOut, durationMs, sandbox } });
}
