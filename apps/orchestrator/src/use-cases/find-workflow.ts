import { compareOffsets } from '@tamma/contracts';
import { type AnyEvent, applyEvent, type WorkflowState } from '@tamma/domain';
import type { EventLog, LogEntry } from '@tamma/event-log';
import { settleWithin } from '@tamma/process';
import type { RecordReader } from '@tamma/store';

/** Unrecorded events looked through; when the record is further behind, what is shown is older by the rest. */
const TAIL_MAX = 5000;
const TAIL_WITHIN_MS = 1000;

export interface FindDeps {
  readonly reader: RecordReader;
  readonly eventLog: EventLog;
}

interface PlacedEvent {
  readonly offset: string;
  readonly event: AnyEvent;
}

/**
 * A workflow as it is now: what is on record, and what the log holds beyond it. Whoever has just been told
 * something must not be shown a state from before it. Null when there is no such workflow.
 */
export async function findWorkflow(deps: FindDeps, workflowId: string): Promise<WorkflowState | null> {
  const { state, offset } = await deps.reader.readSnapshot(workflowId);
  return advance(state, workflowId, await readTail(deps.eventLog, offset));
}

/** The workflows that the log says something about that is not on record, as they are now. */
export async function findMoved(deps: FindDeps): Promise<ReadonlyMap<string, WorkflowState | null>> {
  const tail = await readTail(deps.eventLog, await deps.reader.recordedTo());
  const moved = [...new Set(tail.flatMap(({ event }) => event.workflowId ?? []))];
  const found = await Promise.all(
    moved.map(async (id) => {
      const { state, offset } = await deps.reader.readSnapshot(id);
      // What was recorded since the tail was read is in the state already.
      const rest = tail.filter((entry) => compareOffsets(entry.offset, offset) > 0);
      return [id, advance(state, id, rest)] as const;
    }),
  );
  return new Map(found);
}

/** What is not on record. Empty while the log does not answer: what is on record is shown all the same. */
export async function readTail(eventLog: EventLog, offset: string): Promise<readonly PlacedEvent[]> {
  let entries: readonly LogEntry[];
  try {
    entries = await settleWithin(eventLog.readAfter(offset, TAIL_MAX), TAIL_WITHIN_MS, tooSlow);
  } catch {
    // The health report says that Redis is away; the record alone is true as well, only older.
    return [];
  }
  return entries.filter((entry) => 'event' in entry);
}

function advance(state: WorkflowState | null, workflowId: string, tail: readonly PlacedEvent[]) {
  const events = tail.map(({ event }) => event).filter((event) => event.workflowId === workflowId);
  return events.reduce<WorkflowState | null>((before, event) => applyEvent(before, event), state);
}

function tooSlow(): Error {
  return new Error(`the event log did not answer within ${TAIL_WITHIN_MS} ms`);
}
