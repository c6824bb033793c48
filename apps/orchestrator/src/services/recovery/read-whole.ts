import { type AnyEvent, foldWorkflow, TammaError, type WorkflowState } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { RecordReader } from '@tamma/store';

/** Unrecorded events looked through for one workflow; with more of them nothing may be concluded. */
const TAIL_MAX = 5000;

export interface WholeDeps {
  readonly reader: RecordReader;
  readonly eventLog: Pick<EventLog, 'readAfter'>;
}

/** All that is known of a workflow at this moment. */
export interface WholeWorkflow {
  /** Oldest first: what is on record, and what the log holds beyond it. */
  readonly events: readonly AnyEvent[];
  readonly state: WorkflowState | null;
}

/**
 * Reads a workflow without leaving anything out: whoever repairs must not act on a state from before something that
 * was told already. Throws a TammaError with code `RECORD_BEHIND` when the record is too far behind for that.
 */
export async function readWhole({ reader, eventLog }: WholeDeps, workflowId: string): Promise<WholeWorkflow> {
  const { offset } = await reader.readSnapshot(workflowId);
  const recorded = (await reader.readChain(workflowId)).map(({ event }) => event);
  const entries = await eventLog.readAfter(offset, TAIL_MAX);
  if (entries.length >= TAIL_MAX) throw recordBehind(workflowId);
  const known = new Set(recorded.map(({ id }) => id));
  const tail: AnyEvent[] = [];
  for (const entry of entries) {
    if (!('event' in entry) || entry.event.workflowId !== workflowId || known.has(entry.event.id)) continue;
    known.add(entry.event.id);
    tail.push(entry.event);
  }
  const events = [...recorded, ...tail];
  return { events, state: foldWorkflow(events) };
}

function recordBehind(workflowId: string): TammaError {
  return new TammaError(
    'RECORD_BEHIND',
    `workflow ${workflowId} is not compared: ${TAIL_MAX} events or more are not on record yet`,
    { class: 'conflict', remedy: 'wait until the record has caught up; is PostgreSQL slow?' },
  );
}
