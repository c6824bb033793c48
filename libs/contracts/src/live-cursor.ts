import type { LiveMessage, Subscribe, Topic } from './live.ts';
import { compareOffsets } from './offset.ts';

type Placed = LiveMessage<'workflow_event'> | LiveMessage<'event'> | LiveMessage<'progress'>;

/** What a client must remember to lose nothing and to see nothing twice, however often its connection breaks. */
export interface LiveCursor {
  /** Call with the offset of each `connected`; answers what to subscribe to now. */
  connected(offset: string): readonly Subscribe[];
  /** Remembers what was subscribed to while connected, or is to be once connected. */
  add(request: Subscribe): void;
  remove(topic: Topic): void;
  /** False for a message that came before, or that nobody here asked for: drop it. */
  accept(message: Placed): boolean;
}

interface Place {
  readonly topic: Topic;
  /** The last event seen, or where to begin; null until a connection gives a place. */
  last: string | null;
  lastProgress: string | null;
}

/** Knows nothing of sockets: the dashboard and the CLI feed it what theirs receive. */
export function createLiveCursor(): LiveCursor {
  const places = new Map<string, Place>();
  let begin: string | null = null;
  return {
    connected: (offset) => {
      begin = offset;
      return [...places.values()].map((place) => {
        // Should this connection break before the first event, the next one still begins here.
        place.last ??= offset;
        return { ...place.topic, since: place.last };
      });
    },
    add: ({ since, ...topic }) => {
      const last = since ?? begin;
      places.set(topicKeyOf(topic), { topic, last, lastProgress: last });
    },
    remove: (topic) => void places.delete(topicKeyOf(topic)),
    accept: (message) => {
      const takers = [...places.values()].filter(({ topic }) => isFor(topic, message));
      // Two topics may ask for the same under the same name: the one that has not seen it decides.
      return takers.map((place) => advance(place, message)).includes(true);
    },
  };
}

/** The same workflow and the same names are the same subscription, whatever their order. */
export function topicKeyOf({ workflowId, events }: Topic): string {
  return JSON.stringify([workflowId ?? null, events === undefined ? null : [...new Set(events)].toSorted()]);
}

function isFor({ workflowId, events }: Topic, message: Placed): boolean {
  if (message.type !== 'event') return events === undefined && workflowId === message.workflowId;
  if (events === undefined || !events.includes(message.eventType)) return false;
  return workflowId === undefined || workflowId === message.event.workflowId;
}

function advance(place: Place, { type, offset }: Placed): boolean {
  const last = type === 'progress' ? place.lastProgress : place.last;
  if (last !== null && compareOffsets(offset, last) <= 0) return false;
  if (type === 'progress') place.lastProgress = offset;
  else place.last = offset;
  return true;
}
