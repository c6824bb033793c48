import type { WorkflowHashes } from '@tamma/coordination';
import type { FlowQueue } from '@tamma/queue';
import type { Claims, OpenClaim } from '@tamma/store';
import { spineOf } from '@tamma/workflow';

export interface RetireDeps {
  readonly claims: Claims;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
}

/**
 * Takes a workflow that ended and is recorded out of Redis, then closes its claim; false while a task of it still
 * runs. The claim counts as started first, or intake could put a flow back that is just being taken away. Then the
 * flag is raised: one that was cancelled before it began may have been started at that very moment.
 */
export async function retireWorkflow(deps: RetireDeps, { workflowId, head }: OpenClaim): Promise<boolean> {
  await deps.claims.markStarted(workflowId);
  await deps.hashes.cancel(workflowId, []);
  const removed = await deps.queue.removeFlow(spineOf(workflowId, head.score, head.template.steps));
  if (removed === 'busy') return false;
  await deps.hashes.remove(workflowId);
  await deps.claims.close(workflowId);
  return true;
}
