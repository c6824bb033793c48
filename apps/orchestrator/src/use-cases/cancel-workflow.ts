import type { CancelResult, WorkflowHashes } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import { orchestratorEvent } from './facts.ts';

export interface CancelDeps {
  readonly hashes: WorkflowHashes;
  readonly eventLog: EventLog;
  readonly now: () => number;
}

export interface Cancellation {
  readonly workflowId: string;
  readonly why: string;
  /** Null when a deadline passed. */
  readonly person: string | null;
}

/**
 * Raises the flag that every attempt sees and tells the fact. The flow is taken away once the end is recorded.
 * `unchanged` when the flag was up already, or there is nothing in Redis that it could be raised on; `merging` when it
 * is too late.
 */
export async function cancelWorkflow(deps: CancelDeps, cancellation: Cancellation): Promise<CancelResult> {
  const { workflowId, why, person } = cancellation;
  const fact = { type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why } } as const;
  const event = orchestratorEvent(`${workflowId}.cancelled`, fact, {
    workflowId,
    nowMs: deps.now(),
    person,
  });
  const result = await deps.hashes.cancel(workflowId, [event]);
  // No hash, or the flag was up: the record absorbs the repeat, and a workflow Redis forgot still gets its end.
  if (result === 'unchanged') await deps.eventLog.append([event]);
  return result;
}
