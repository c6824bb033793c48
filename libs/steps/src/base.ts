import { type CommitRecord, TammaError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { branchSetup } from './branch-setup/step.ts';
import { findCodeResult } from './code-generation/result.ts';
import { resultFrom, type StepContext } from './step.ts';
import { hasTrailer, WORKFLOW_TRAILER } from './trailers.ts';

/**
 * The commit that a change is measured against: where its branch began, or where it was last put onto the base. A person
 * who merged the base into the branch, or put it onto the base, moved it; what came with that is none of the change.
 */
export async function baseOf(context: StepContext, workspace: Workspace): Promise<string> {
  const { base } = resultFrom(context, branchSetup);
  const recorded = recordedBase(context);
  const commits = await commitsAfter(workspace, recorded);
  if (commits?.every((commit) => isOurs(context, commit)) === true) return recorded;
  const { forkCommit } = await workspace.forkPoint(base);
  if (commits === null) return forkCommit;
  // A change that was merged meanwhile left the base at its own head, and would seem to be nothing.
  const isNewer = commits.some(({ hash }) => hash === forkCommit) && forkCommit !== commits.at(-1)?.hash;
  return isNewer ? forkCommit : recorded;
}

/** What is on record, whatever people have done to the branch since. */
export function recordedBase(context: StepContext): string {
  return findCodeResult(context)?.baseCommit ?? resultFrom(context, branchSetup).baseCommit;
}

/** Null when the checkout does not descend from it. */
export async function commitsAfter(
  workspace: Workspace,
  commit: string,
): Promise<readonly CommitRecord[] | null> {
  try {
    return await workspace.commitsSince(commit);
  } catch (thrown) {
    if (thrown instanceof TammaError && thrown.code === 'GIT_COMMIT_MISSING') return null;
    throw thrown;
  }
}

function isOurs({ head }: StepContext, commit: CommitRecord): boolean {
  return hasTrailer(commit, WORKFLOW_TRAILER, head.workflowId);
}
