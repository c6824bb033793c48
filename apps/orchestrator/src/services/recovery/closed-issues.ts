import { hasWorkflowEnded, toError, type WorkflowState } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import type { OpenClaim } from '@tamma/store';
import { cancelWorkflow } from '../../use-cases/cancel-workflow.ts';
import type { WatchedProject } from '../watched-project.ts';
import { readWhole } from './read-whole.ts';
import type { RepairDeps } from './repair.ts';
import { repairedEvent } from './telling.ts';

/** A claim whose issue is not among the open ones. */
export interface ClosedIssue {
  readonly claim: Pick<OpenClaim, 'workflowId' | 'issue'>;
  readonly platform: GitPlatform;
}

export interface ClosedIssuesOptions {
  readonly projects: readonly WatchedProject[];
  /** Told of each project whose platform did not answer; the next pass asks again. */
  readonly onFailure: (project: string, error: Error) => void;
}

/** The claims whose issue their platform does not list as open. One listing for each project that has claims. */
export async function findClosedIssues(
  { projects, onFailure }: ClosedIssuesOptions,
  claims: readonly OpenClaim[],
): Promise<readonly ClosedIssue[]> {
  const closed: ClosedIssue[] = [];
  for (const { project, platform } of projects) {
    const ours = claims.filter((claim) => claim.issue !== null && claim.head.project.id === project.id);
    if (ours.length === 0) continue;
    try {
      const { issues } = await platform.listOpenIssues();
      const open = new Set(issues.map(({ number }) => number));
      const missing = ours.filter(({ issue }) => issue !== null && !open.has(issue));
      closed.push(...missing.map((claim) => ({ claim, platform })));
    } catch (thrown) {
      onFailure(project.id, toError(thrown));
    }
  }
  return closed;
}

/**
 * Cancels a workflow whose issue is gone, after asking for this very issue: a listing may be cut short or a record
 * unreadable. What is merged, or just being merged, goes on: its last step closes the issue itself. True when this
 * call cancelled it.
 */
export async function cancelIfClosed(deps: RepairDeps, { claim, platform }: ClosedIssue): Promise<boolean> {
  const { workflowId, issue: number } = claim;
  if (number === null || (await deps.claims.findOpen(workflowId)) === null) return false;
  const issue = await platform.readIssue(number);
  if (issue?.state === 'open') return false;
  const { state, events } = await readWhole(deps, workflowId);
  if (state === null || hasWorkflowEnded(state.status) || (await isMerged(platform, state))) return false;
  await deps.requireLead();
  const fate = issue === null ? 'deleted' : 'closed';
  const why = `issue ${number} was ${fate}`;
  if ((await cancelWorkflow(deps, { workflowId, why, person: null })) !== 'cancelled') return false;
  const difference = `issue ${number} was ${fate} while its workflow went on`;
  const nowMs = deps.now();
  const place = events.length;
  await deps.eventLog.appendOnce(
    repairedEvent({ workflowId, place, difference, repair: 'it was cancelled', nowMs }),
  );
  return true;
}

/** What the platform says counts: that it was merged may not be on record. */
export async function isMerged(
  platform: GitPlatform,
  { mergeCommit, pullRequest }: WorkflowState,
): Promise<boolean> {
  if (mergeCommit !== null) return true;
  if (pullRequest === null) return false;
  return (await platform.readPullRequest(pullRequest.number))?.state === 'merged';
}
