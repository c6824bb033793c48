import type { WorkflowState } from '@tamma/domain';
import type { WorkflowRecord } from './workflow-record.ts';

/** Workflows that are kept: many more than run at once. A state takes some kilobytes. */
const WORKFLOWS_MAX = 1000;

/**
 * States that earlier batches left, so that they are not read again. The last hash of a workflow's chain stands for
 * everything that was ever recorded of it, and with that for its state: a cached one is right as long as the chain
 * in the database still ends with that hash, whoever wrote in between and whatever became of the batch.
 */
export interface StateCache {
  /** Undefined when it is not known; null for a workflow without a state. */
  find(workflowId: string, hash: string): WorkflowState | null | undefined;
  keep(workflows: ReadonlyMap<string, WorkflowRecord>): void;
}

export function createStateCache(workflowsMax = WORKFLOWS_MAX): StateCache {
  const records = new Map<string, WorkflowRecord>();
  return {
    find: (workflowId, hash) => {
      const record = records.get(workflowId);
      return record?.hash === hash ? record.state : undefined;
    },
    keep: (workflows) => {
      for (const [id, record] of workflows) {
        // Set anew, it is the youngest again.
        records.delete(id);
        records.set(id, record);
      }
      for (const id of records.keys()) {
        if (records.size <= workflowsMax) return;
        records.delete(id);
      }
    },
  };
}
