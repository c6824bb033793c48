import { compareOffsets, parseEvent, type RelayedEvent } from '@tamma/contracts';
import { type AnyEvent, applyEvent, type WorkflowState } from '@tamma/domain';

/** Newest events kept for reading; the state counts all of them. */
const HISTORY_EVENTS_MAX = 20_000;

/** What is known of one workflow: its events in the log's order, and their fold. */
export interface History {
  readonly events: readonly RelayedEvent[];
  readonly ids: ReadonlySet<string>;
  readonly state: WorkflowState | null;
  /** Where to continue from; null before the first event. */
  readonly cursor: string | null;
}

export const EMPTY_HISTORY: History = { events: [], ids: new Set(), state: null, cursor: null };

/** Takes in what is new: an event that came before, by place or by id, changes nothing. */
export function addEvents(history: History, entries: readonly RelayedEvent[]): History {
  const ids = new Set(history.ids);
  const fresh: RelayedEvent[] = [];
  let { cursor, state } = history;
  for (const entry of entries) {
    if (cursor !== null && compareOffsets(entry.offset, cursor) <= 0) continue;
    cursor = entry.offset;
    if (ids.has(entry.event.id)) continue;
    ids.add(entry.event.id);
    fresh.push(entry);
    const event = readEvent(entry);
    if (event !== null) state = applyEvent(state, event);
  }
  if (cursor === history.cursor) return history;
  const events = [...history.events, ...fresh].slice(-HISTORY_EVENTS_MAX);
  return { events, ids, state, cursor };
}

const read = new WeakMap<RelayedEvent, AnyEvent | null>();

/** The event, checked against the catalogue; null for a type that this page is too old to know. */
export function readEvent(entry: RelayedEvent): AnyEvent | null {
  const known = read.get(entry);
  if (known !== undefined) return known;
  const event = parse(entry);
  read.set(entry, event);
  return event;
}

function parse({ event }: RelayedEvent): AnyEvent | null {
  try {
    return parseEvent(event);
  } catch {
    // It is still shown, by its name: only the fold cannot use it.
    return null;
  }
}
