import { compareOffsets } from '@tamma/contracts';
import type { AnyEvent } from '@tamma/domain';
import type { EventLog, LogEntry } from '@tamma/event-log';
import type { RecordReader } from '@tamma/store';

export interface ReadOnDeps {
  readonly eventLog: Pick<EventLog, 'firstOffset' | 'readAfter'>;
  readonly reader: Pick<RecordReader, 'listEvents'>;
}

export interface PastRequest {
  readonly since: string;
  /** Lets the record leave out the others; the log's tail does not. */
  readonly workflowId: string | undefined;
  readonly limit: number;
}

export interface PlacedEvent {
  readonly offset: string;
  readonly event: AnyEvent;
}

export interface PastPage {
  readonly items: readonly PlacedEvent[];
  /** Where to read on; null when nothing came after `since`. */
  readonly next: string | null;
}

/**
 * The next events after a place, without a gap: from the log while it holds that place, else from the record. The
 * recorder trims only what it has recorded, so what is missing in the log is in the record.
 */
export async function readOn(deps: ReadOnDeps, request: PastRequest): Promise<PastPage> {
  const recorded = (await isInLog(deps.eventLog, request.since)) ? null : await readRecord(deps, request);
  if (recorded !== null) return recorded;
  const tail = pageOf(await deps.eventLog.readAfter(request.since, request.limit));
  if (await isInLog(deps.eventLog, request.since)) return tail;
  // The log may have been trimmed before it was read. A record that still has nothing newer proves that it was not.
  return (await readRecord(deps, request)) ?? tail;
}

/** Whether the log holds everything after a place. */
export async function isInLog(eventLog: Pick<EventLog, 'firstOffset'>, place: string): Promise<boolean> {
  const first = await eventLog.firstOffset();
  return first !== null && compareOffsets(place, first) >= 0;
}

/** An entry that does not parse is passed over; the record keeps it. */
export function pageOf(entries: readonly LogEntry[]): PastPage {
  const items = entries.flatMap((entry) => ('event' in entry ? [entry] : []));
  return { items, next: entries.at(-1)?.offset ?? null };
}

async function readRecord({ reader }: ReadOnDeps, request: PastRequest): Promise<PastPage | null> {
  const { since, workflowId, limit } = request;
  const items = await reader.listEvents({
    since,
    limit,
    ...(workflowId === undefined ? {} : { workflowId }),
  });
  const last = items.at(-1);
  return last === undefined ? null : { items, next: last.offset };
}
