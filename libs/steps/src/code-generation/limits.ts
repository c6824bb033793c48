import { type ChangedFile, isKeptPath, judgePatch } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import type { StepContext } from '../step.ts';
import { readNow } from './put-back.ts';

/** A person let limits be broken in this workflow: then the gate alone judges, whose refusal they may lift again. */
export function isWaived({ gates }: StepContext): boolean {
  return gates.some(({ gate, override }) => gate === 'security' && override !== undefined);
}

/**
 * What is wrong with a change whose limits were waived: a person let pass what lay on the branch, so that of paths that
 * nobody else may change only those count that are not as they lay there.
 */
async function brokenThoughWaived(
  { head }: StepContext,
  workspace: Workspace,
  files: readonly ChangedFile[],
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { path } of files.filter((file) => isKeptPath(file.path, head.project.gates.patch))) {
    const before = await workspace.readFileAt(workspace.startCommit, path);
    const now = await readNow(workspace, path);
    const isSame = now.kind === 'text' ? now.text === before : now.kind === 'missing' && before === null;
    if (!isSame) broken.push(`protected path changed: ${path}`);
  }
  return broken;
}

/** Every limit that the files of a change break, as far as no person let it pass. */
export async function brokenLimits(
  context: StepContext,
  workspace: Workspace,
  files: readonly ChangedFile[],
): Promise<readonly string[]> {
  return isWaived(context)
    ? brokenThoughWaived(context, workspace, files)
    : judgePatch(files, context.head.project.gates.patch);
}
