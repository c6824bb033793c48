import { answersTo, compareOffsets, type RelayedEvent } from '@tamma/contracts';
import type { EventLog } from '@tamma/event-log';
import type { EventFilter, RecordedEvent, RecordReader } from '@tamma/store';

/** Pages of the record looked through for events that answer to a name; the next question goes on from there. */
const PAGES_MAX = 10;

export interface FeedDeps {
  readonly reader: RecordReader;
  readonly eventLog: EventLog;
}

export interface FeedFilter extends EventFilter {
  /** The name that was asked for, which may mean only some of the events of its types. */
  readonly name?: string | undefined;
}

export interface EventPage {
  readonly items: RelayedEvent[];
  /** What to ask for next as `since`; null when there was nothing to look at. */
  readonly next: string | null;
}

/**
 * Events after an offset. The tail comes from Redis, which has it first; what is older, or filtered, from the
 * record, filled up from the tail with what is not recorded yet.
 */
export async function readEvents(deps: FeedDeps, filter: FeedFilter): Promise<EventPage> {
  const { since, workflowId, name, limit } = filter;
  if (name !== undefined) return readNamed(deps.reader, filter, name);
  if (workflowId !== undefined || since === undefined) return pageOf(await deps.reader.listEvents(filter));
  if (await isInTail(deps.eventLog, since)) return readTail(deps.eventLog, since, limit);
  const recorded = pageOf(await deps.reader.listEvents(filter));
  const rest = limit - recorded.items.length;
  if (rest === 0) return recorded;
  const tail = await readTail(deps.eventLog, recorded.next ?? since, rest);
  return { items: [...recorded.items, ...tail.items], next: tail.next ?? recorded.next };
}

/** Looks on while a page holds nothing of that name, so that an empty answer means that there is nothing. */
async function readNamed(reader: RecordReader, filter: FeedFilter, name: string): Promise<EventPage> {
  let { since } = filter;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const found = await reader.listEvents({ ...filter, since });
    since = found.at(-1)?.offset ?? since;
    const items = found.filter(({ event }) => answersTo(event, name)).map(relayed);
    if (items.length > 0 || found.length === 0)
      return { items, next: found.length === 0 ? null : (since ?? null) };
  }
  return { items: [], next: since ?? null };
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
