import type { AnyEvent, WorkflowState } from '@tamma/domain';
import { type EventEntry, type RejectedEntry, rejectEntry } from './screen.ts';
import { applyTaskEvent, type TaskRecord } from './task-record.ts';
import { advance, NO_RECORD, type WorkflowChanges, type WorkflowRecord } from './workflow-record.ts';

/** What the database held before the batch, for the workflows and tasks the batch speaks of. */
export interface Before {
  readonly workflows: ReadonlyMap<string, WorkflowRecord>;
  readonly tasks: ReadonlyMap<string, TaskRecord>;
}

export interface ChainedEntry extends EventEntry {
  /** The event as JSON. */
  readonly text: string;
  /** Null for an event that belongs to no workflow. */
  readonly link: { readonly seq: number; readonly prevHash: string; readonly hash: string } | null;
}

export interface HistoryEntry {
  readonly event: AnyEvent;
  readonly workflowId: string;
  readonly changes: WorkflowChanges;
}

/** All that a batch writes. */
export interface Batch {
  readonly entries: readonly ChainedEntry[];
  readonly history: readonly HistoryEntry[];
  /** Only those the batch touched. */
  readonly workflows: ReadonlyMap<string, WorkflowRecord>;
  /** Only those that came out otherwise than they went in. */
  readonly states: ReadonlyMap<string, WorkflowState>;
  readonly tasks: ReadonlyMap<string, TaskRecord>;
  /** Workflows whose open tasks ended with them. */
  readonly cancelled: readonly string[];
  /** Stored as events, but the fold could not take them. */
  readonly unapplied: readonly RejectedEntry[];
}

/** Works out, in log order, what new events mean. */
export function buildBatch(before: Before, newEntries: readonly EventEntry[]): Batch {
  const entries: ChainedEntry[] = [];
  const history: HistoryEntry[] = [];
  const workflows = new Map<string, WorkflowRecord>();
  const states = new Map<string, WorkflowState>();
  const tasks = new Map<string, TaskRecord>();
  const unapplied: RejectedEntry[] = [];
  for (const entry of newEntries) {
    const { event } = entry;
    const { workflowId, taskId } = event;
    if (taskId !== undefined) {
      const task = applyTaskEvent(tasks.get(taskId) ?? before.tasks.get(taskId), event);
      if (task !== null) tasks.set(taskId, task);
    }
    if (workflowId === undefined) {
      entries.push({ ...entry, text: JSON.stringify(event), link: null });
      continue;
    }
    const record = workflows.get(workflowId) ?? before.workflows.get(workflowId) ?? NO_RECORD;
    const { after, prevHash, text, changes, failure } = advance(record, event);
    workflows.set(workflowId, after);
    if (after.state !== null && after.state !== record.state) states.set(workflowId, after.state);
    entries.push({ ...entry, text, link: { seq: after.seq, prevHash, hash: after.hash } });
    if (changes !== null) history.push({ event, workflowId, changes });
    if (failure !== null) unapplied.push(rejectEntry(entry, failure));
  }
  return { entries, history, workflows, states, tasks, cancelled: listCancelled(newEntries), unapplied };
}

function listCancelled(entries: readonly EventEntry[]): string[] {
  const cancellations = entries.filter(({ event }) => event.type === 'WORKFLOW.CANCELLED.SUCCESS');
  return cancellations.map(({ event }) => event.workflowId).filter((id) => id !== undefined);
}
