import type { WorkflowHashes } from '@tamma/coordination';
import type { FlowQueue } from '@tamma/queue';
import type { Claims, OpenClaim } from '@tamma/store';
import { spineOf } from '@tamma/workflow';

export interface RetireDeps {
  readonly claims: Claims;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  /** False when the last words on its issue are to be tried again; never throws. */
  readonly sayFarewell: (claim: OpenClaim) => Promise<boolean>;
}

/**
 * Takes a workflow that ended and is recorded out of Redis, then closes its claim; false while a task of it still
 * runs, or its issue could not be told yet. The claim counts as started first, or intake could put a flow back that is just being taken away. Then the
 * flag is raised: one that was cancelled before it began may have been started at that very moment.
 */
export async function retireWorkflow(deps: RetireDeps, claim: OpenClaim): Promise<boolean> {
  const { workflowId, head } = claim;
  await deps.claims.markStarted(workflowId);
  await deps.hashes.cancel(workflowId, []);
  const removed = await deps.queue.removeFlow(spineOf(head));
  if (removed === 'busy') return false;
  // Before the claim is closed: the next workflow of this issue puts the same mark on it.
  if (!(await deps.sayFarewell(claim))) return false;
  await deps.hashes.remove(workflowId);
  await deps.claims.close(workflowId);
  return true;
}
