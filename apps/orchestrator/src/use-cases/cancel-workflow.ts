import type { CancelResult, WorkflowHashes } from '@tamma/coordination';
import type { AnyEvent } from '@tamma/domain';
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
  /** What led to it, told together with it or not at all. */
  readonly told?: readonly AnyEvent[];
}

/**
 * Raises the flag that every attempt sees and tells the fact. The flow is taken away once the end is recorded.
 * `unchanged` when the flag was up already, or there is nothing in Redis that it could be raised on; `merging` when it
 * is too late.
 */
export async function cancelWorkflow(deps: CancelDeps, cancellation: Cancellation): Promise<CancelResult> {
  const { workflowId, why, person, told = [] } = cancellation;
  const fact = { type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why } } as const;
  const event = orchestratorEvent(`${workflowId}.cancelled`, fact, {
    workflowId,
    nowMs: deps.now(),
    person,
  });
  const result = await deps.hashes.cancel(workflowId, [...told, event]);
  // No hash, or the flag was up: the record absorbs the repeat, and a workflow Redis forgot still gets its end.
  if (result === 'unchanged') await deps.eventLog.append([...told, event]);
  return result;
}
