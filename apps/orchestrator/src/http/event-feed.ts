import { compareOffsets, type RelayedEvent } from '@tamma/contracts';
import type { EventLog } from '@tamma/event-log';
import type { EventFilter, RecordedEvent, RecordReader } from '@tamma/store';

export interface FeedDeps {
  readonly reader: RecordReader;
  readonly eventLog: EventLog;
}

export interface EventPage {
  readonly items: readonly RelayedEvent[];
  /** What to ask for next as `since`; null when nothing came. */
  readonly next: string | null;
}

/**
 * Events after an offset. The tail comes from Redis, which has it first; what is older, or filtered, from the
 * record, filled up from the tail with what is not recorded yet.
 */
export async function readEvents(deps: FeedDeps, filter: EventFilter): Promise<EventPage> {
  const { since, workflowId, type, limit } = filter;
  if (workflowId !== undefined || type !== undefined || since === undefined) {
    return pageOf(await deps.reader.listEvents(filter));
  }
  if (await isInTail(deps.eventLog, since)) return readTail(deps.eventLog, since, limit);
  const recorded = pageOf(await deps.reader.listEvents(filter));
  const rest = limit - recorded.items.length;
  if (rest === 0) return recorded;
  const tail = await readTail(deps.eventLog, recorded.next ?? since, rest);
  return { items: [...recorded.items, ...tail.items], next: tail.next ?? recorded.next };
}

async function isInTail(eventLog: EventLog, since: string): Promise<boolean> {
  const first = await eventLog.firstOffset();
  return first !== null && compareOffsets(since, first) >= 0;
}

async function readTail(eventLog: EventLog, since: string, limit: number): Promise<EventPage> {
  const entries = await eventLog.readAfter(since, limit);
  const items = entries.flatMap((entry) => ('event' in entry ? [relayed(entry)] : []));
  // An entry that does not parse is passed over, or whoever asks page by page would never get past it.
  return { items, next: entries.at(-1)?.offset ?? null };
}

function pageOf(events: readonly RecordedEvent[]): EventPage {
  return { items: events.map(relayed), next: events.at(-1)?.offset ?? null };
}

function relayed({ offset, event }: RecordedEvent): RelayedEvent {
  return { offset, event: { ...event, data: { ...event.data } } };
}
