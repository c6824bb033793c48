import type { Gate, GateResult } from '@tamma/domain';
import type { CommandResult, Workspace } from '@tamma/workspace';
import { createMask } from '@tamma/workspace/secrets';
import type { StepContext } from '../step.ts';

export interface GateCommand {
  readonly command: readonly string[];
  /** In milliseconds. */
  readonly timeout: number;
  readonly network?: boolean | undefined;
  /** Longest output kept, in characters. */
  readonly outputMax?: number | undefined;
}

export interface GateRun extends CommandResult {
  /** The command that ran, secrets taken out: it goes into events, logs and comments. */
  readonly shown: string;
  /** Set when the command was not run: the checkout could not be prepared, and this is how that ended. */
  readonly failedPreparation?: GateCommand;
}

type RunContext = Pick<StepContext, 'head' | 'signal'>;

/** Checkouts that are ready for commands. */
const prepared = new WeakSet<Workspace>();

/** Runs a command of the project, after `gates.prepare` where this checkout has not seen that yet. */
export async function runGateCommand(
  context: RunContext,
  workspace: Workspace,
  gate: GateCommand,
): Promise<GateRun> {
  const failed = await prepareCheckout(context, workspace, gate.outputMax);
  return failed ?? runPlain(context, workspace, gate);
}

/** Runs `gates.prepare` where this checkout has not seen that yet; null when it is ready for commands. */
export async function prepareCheckout(
  context: RunContext,
  workspace: Workspace,
  outputMax?: number,
): Promise<GateRun | null> {
  const { prepare } = context.head.project.gates;
  if (prepare === undefined || prepared.has(workspace)) return null;
  const result = await runPlain(context, workspace, { outputMax, ...prepare });
  // Not kept as done when it failed: the next change may mend it.
  if (!hasPassed(result)) return { ...result, failedPreparation: prepare };
  prepared.add(workspace);
  return null;
}

const mask = createMask({ known: [] });

/** A command in one line, as it may be seen by anybody. */
export function showCommand({ command }: Pick<GateCommand, 'command'>): Promise<string> {
  return mask(command.join(' '));
}

async function runPlain({ signal }: RunContext, workspace: Workspace, gate: GateCommand): Promise<GateRun> {
  const { command, timeout, network = false, outputMax } = gate;
  const limits = { timeoutMs: timeout, network, ...(outputMax === undefined ? {} : { outputMax }) };
  const shown = await showCommand(gate);
  return { ...(await workspace.run({ argv: command, signal, ...limits })), shown };
}

export function hasPassed({ exitCode, timedOut }: CommandResult): boolean {
  return exitCode === 0 && !timedOut;
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

export function summarize(gate: GateCommand, result: GateRun): string {
  const { timeout } = result.failedPreparation ?? gate;
  const named = `"${result.shown}"${result.failedPreparation === undefined ? '' : ', which prepares the checkout,'}`;
  if (result.timedOut) return `${named} ran longer than ${timeout / 1000} s and was ended`;
  if (result.exitCode === null) return `${named} was ended by a signal`;
  return `${named} ended with exit code ${result.exitCode}`;
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
