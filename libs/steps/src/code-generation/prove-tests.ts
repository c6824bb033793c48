import { isProsePath, isTestPath, TammaError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { type GateRun, hasPassed, isMissing, runGateCommand, summarize } from '../gate/run-command.ts';
import type { StepContext } from '../step.ts';
import { putAllBack } from './put-back.ts';

/** How much of the end of a red run the model is shown, in characters. */
const OUTPUT_MAX = 8000;

/** What the tests of a change are worth. */
export type TestVerdict =
  /** There is nothing to prove: nothing that tests can be about, nothing beside them, or no tests to run here. */
  | { readonly kind: 'not-asked' }
  /** The change has none, and something that tests can be about. */
  | { readonly kind: 'untested' }
  /** They fail without the change and pass with it. */
  | { readonly kind: 'proven' }
  | { readonly kind: 'cannot-fail' }
  /** They fail with the change, too. */
  | { readonly kind: 'red'; readonly summary: string; readonly output: string };

export interface SplitChange {
  readonly tests: readonly string[];
  readonly others: readonly string[];
}

export function splitChange({ head }: Pick<StepContext, 'head'>, changed: readonly string[]): SplitChange {
  const { testPaths } = head.project.gates;
  const isTest = (path: string) => isTestPath(path, testPaths);
  return { tests: changed.filter(isTest), others: changed.filter((path) => !isTest(path)) };
}

/**
 * Sees for itself that the tests of a change are tests of it: run without the rest of the change they have to fail, and
 * with it to pass. The tree is afterwards as it was.
 */
export async function proveTests(
  context: StepContext,
  workspace: Workspace,
  changed: readonly string[],
): Promise<TestVerdict> {
  const { tests, others } = splitChange(context, changed);
  if (others.length === 0) return { kind: 'not-asked' };
  if (tests.length === 0) return { kind: others.every(isProsePath) ? 'not-asked' : 'untested' };
  const without = await runWithout(context, workspace, { changed, others });
  if (without === null || isMissing(without)) return { kind: 'not-asked' };
  const run = await runTests(context, workspace);
  if (!hasPassed(run)) return { kind: 'red', ...describeRun(context, run) };
  return { kind: hasPassed(without) ? 'cannot-fail' : 'proven' };
}

interface Without {
  readonly changed: readonly string[];
  /** Those of them that are taken out for the run. */
  readonly others: readonly string[];
}

/** Null when the program that tests is not on this machine. */
async function runWithout(
  context: StepContext,
  workspace: Workspace,
  { changed, others }: Without,
): Promise<GateRun | null> {
  const kept = await workspace.keepTree();
  try {
    await workspace.putBack(workspace.startCommit, others);
    return await runTests(context, workspace);
  } catch (thrown) {
    // Workers that test may have what this one has not: the gate has its say there.
    if (thrown instanceof TammaError && thrown.code === 'WORKSPACE_PROGRAM_MISSING') return null;
    throw thrown;
  } finally {
    // Of what such a run leaves behind, as a record of what it saw, the next one must find nothing.
    await putAllBack(workspace, kept, changed);
  }
}

function runTests(context: StepContext, workspace: Workspace): Promise<GateRun> {
  return runGateCommand(context, workspace, context.head.project.gates.test);
}

function describeRun({ head }: StepContext, run: GateRun) {
  const output = run.output.length <= OUTPUT_MAX ? run.output : `[…] ${run.output.slice(-OUTPUT_MAX)}`;
  return { summary: summarize(head.project.gates.test, run), output: output.toWellFormed() };
}
