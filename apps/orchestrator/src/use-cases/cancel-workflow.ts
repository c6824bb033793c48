import type { WorkflowHashes } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import { systemEvent } from './facts.ts';

export interface CancelDeps {
  readonly hashes: WorkflowHashes;
  readonly eventLog: EventLog;
  readonly now: () => number;
}

/** Raises the flag that every attempt sees and tells the fact. The flow is taken away once the end is recorded. */
export async function cancelWorkflow(deps: CancelDeps, workflowId: string, why: string): Promise<void> {
  const fact = { type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why } } as const;
  const event = systemEvent(`${workflowId}.cancelled`, fact, { workflowId, nowMs: deps.now() });
  const raised = await deps.hashes.cancel(workflowId, [event]);
  // No hash, or the flag was up: the record absorbs the repeat, and a workflow Redis forgot still gets its end.
  if (!raised) await deps.eventLog.append([event]);
}
