import { setImmediate as othersTurn } from 'node:timers/promises';
import { type EventLog, LOG_START, type LogEntry } from '@tamma/event-log';
import { createLoop, type Service, settleWithin } from '@tamma/process';
import type { RecordReader } from '@tamma/store';
import type { Audience } from './audience.ts';
import { nameEvent } from './delivery.ts';
import { isInLog, type PastPage, pageOf, readOn } from './read-on.ts';

/** How long a read waits for the first entry. */
const IDLE_WAIT_MS = 1000;
/** Between two reads, so that what comes in drops is relayed in pages; also what bounds the tries while Redis is away. */
const REST_MS = 20;
const PAGE_SIZE = 200;
/** Listeners told before everything else in this process gets its turn: some milliseconds of work. */
const TOLD_PER_TURN_MAX = 500;
const ANSWER_LIMIT_MS = 10_000;

export interface RelayOptions {
  readonly eventLog: EventLog;
  readonly reader: Pick<RecordReader, 'listEvents'>;
  readonly audience: Pick<Audience, 'of'>;
  /** Told of the first of several failures in a row; the relay goes on at its place. */
  readonly onTrouble: (error: Error) => void;
}

/** Reads the event log once for everybody, and hands each event to those who listen, in log order. */
export interface Relay extends Service {
  /** Of the last entry that was handed on. */
  place(): string;
}

export function createRelay(options: RelayOptions): Relay {
  const { eventLog, audience } = options;
  const tail = eventLog.tail();
  let place = LOG_START;

  const runOnce = async () => {
    const entries = await tail.next(place, { max: PAGE_SIZE, waitMs: IDLE_WAIT_MS });
    if (entries.length === 0) return;
    const page = await answered(closeGap(options, place, entries));
    let told = 0;
    for (const item of page.items) {
      const named = nameEvent(item);
      const listeners = audience.of(named);
      for (const listener of listeners) listener.hear(named, place);
      place = item.offset;
      told += listeners.size;
      if (told < TOLD_PER_TURN_MAX) continue;
      told = 0;
      await othersTurn();
    }
    place = page.next ?? place;
    // More waits already: a rest after each page would make a burst later by the length of it.
    if (entries.length === PAGE_SIZE) loop.wake();
  };

  const loop = createLoop({
    name: 'relay',
    intervalMs: REST_MS,
    runOnce,
    onError: (error, failuresInARow) => {
      if (failuresInARow === 1) options.onTrouble(error);
    },
  });

  return {
    name: 'relay',
    place: () => place,
    start: async () => {
      place = await answered(eventLog.lastOffset());
      await loop.start();
    },
    stop: async () => {
      const stopped = loop.stop();
      await tail.close();
      await stopped;
    },
  };
}

/**
 * What was trimmed before we read it, after a long time without Redis, comes from the record. A log that was empty
 * when we began cannot have lost anything.
 */
async function closeGap(
  { eventLog, reader }: RelayOptions,
  place: string,
  entries: readonly LogEntry[],
): Promise<PastPage> {
  if (place === LOG_START || (await isInLog(eventLog, place))) return pageOf(entries);
  return readOn({ eventLog, reader }, { since: place, workflowId: undefined, limit: PAGE_SIZE });
}

/** A connection that fell silent would keep everybody waiting without a word. */
function answered<Value>(work: Promise<Value>): Promise<Value> {
  const late = () => new Error(`the event log did not answer within ${ANSWER_LIMIT_MS} ms`);
  return settleWithin(work, ANSWER_LIMIT_MS, late);
}
