import type { Gate, GateResult } from '@tamma/domain';
import type { CommandResult, Workspace } from '@tamma/workspace';
import type { StepContext } from '../step.ts';

interface GateCommand {
  readonly command: readonly string[];
  readonly timeout: number;
}

export function runGateCommand(
  context: StepContext,
  workspace: Workspace,
  gate: GateCommand,
): Promise<CommandResult> {
  return workspace.run({ argv: gate.command, timeoutMs: gate.timeout, signal: context.signal });
}

export function hasPassed(result: CommandResult): boolean {
  return result.exitCode === 0 && !result.timedOut;
}

/** What a shell answers for a program that is not there, or cannot be run. */
const NOT_RUN_CODES: readonly (number | null)[] = [126, 127];
/** What npm says when the project has no such script, and what stands in one that nobody wrote yet. */
const NO_SCRIPT = /^npm (?:error|ERR!) Missing script:|^Error: no test specified/m;

/** Whether there was nothing to run at all: no change of the code mends that. */
export function isMissing({ exitCode, timedOut, output }: CommandResult): boolean {
  if (exitCode === 0 || timedOut) return false;
  return NOT_RUN_CODES.includes(exitCode) || NO_SCRIPT.test(output);
}

export function summarize(gate: GateCommand, result: CommandResult): string {
  const command = gate.command.join(' ');
  if (result.timedOut) return `"${command}" ran longer than ${gate.timeout / 1000} s and was ended`;
  if (result.exitCode === null) return `"${command}" was ended by a signal`;
  return `"${command}" ended with exit code ${result.exitCode}`;
}

/**
 * Tells the verdict, keeps it by commit, and returns it. Kept last: a run that could not tell it is made again, and one
 * that was to let a commit pass must not find there what it has just found out itself.
 */
export async function settleGate(
  context: Pick<StepContext, 'recordGate' | 'progress' | 'tell'>,
  verdict: GateResult & { readonly durationMs: number },
): Promise<GateResult> {
  const { durationMs, ...result } = verdict;
  const { gate, commit, summary } = result;
  const type = result.passed ? 'GATE.RAN.SUCCESS' : 'GATE.RAN.FAILED';
  await context.progress(100, summary);
  await context.tell({ type, data: { gate, commit, summary, durationMs } });
  context.recordGate(result);
  return result;
}

/**
 * A person's word on a gate that failed: it holds for the commit that it failed on, and is told as an override. Null
 * when nobody gave it, or the branch has moved since.
 */
export async function takeOverride(
  { order, gates, recordGate, progress }: StepContext,
  gate: Gate,
  commit: string,
): Promise<GateResult | null> {
  const failed = gates.findLast((one) => one.gate === gate && one.commit === commit && !one.passed);
  if (order?.kind !== 'override' || failed === undefined) return null;
  const { by, why } = order;
  const result = {
    ...failed,
    summary: `overridden by ${by}: ${why} (${failed.summary})`,
    override: { by, why },
  };
  recordGate(result);
  await progress(100, result.summary);
  return result;
}

/** A pass on this very commit that is on record already. */
export function findPass(context: StepContext, gate: Gate, commit: string): GateResult | null {
  const isPass = (one: GateResult) => one.gate === gate && one.commit === commit && one.passed;
  return context.gates.find(isPass) ?? null;
}
