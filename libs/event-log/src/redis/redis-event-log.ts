import { EVENT_FIELD, parseOffset, type RedisKeys } from '@tamma/contracts';
import type { AnyEvent } from '@tamma/domain';
import type { Redis } from 'ioredis';
import { writeEvent } from '../entry.ts';
import type { EventConsumer, EventLog, EventTail } from '../event-log.ts';
import { createBlockingConnection } from './blocking-connection.ts';
import { createConsumer } from './consumer.ts';
import { explained } from './failure.ts';
import { readLastPlace } from './last-place.ts';
import { createEntryReader } from './stream-entry.ts';
import { createTail } from './tail.ts';

export interface RedisEventLogOptions {
  /** Owned by the caller, who closes it; consumers open connections of their own beside it. */
  readonly redis: Redis;
  readonly keys: RedisKeys;
  /** How much longer than asked a blocking read may take before its connection counts as dead; 5000. */
  readonly readGraceMs?: number;
}

/** Whoever tells a fact again does so soon, after a crash. */
const TOLD_S = 24 * 3600;

/** KEYS stream, mark · ARGV field, event, seconds the mark is kept → 1 appended, 0 was told. */
const APPEND_ONCE = `
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[3]) then return 0 end
redis.call('XADD', KEYS[1], '*', ARGV[1], ARGV[2])
return 1
`;

/** The event log as one Redis Stream. */
export function createRedisEventLog({ redis, keys, readGraceMs }: RedisEventLogOptions): EventLog {
  const stream = keys.events;
  const readEntry = createEntryReader();
  const readers = new Set<EventConsumer | EventTail>();
  return {
    append: (events) => explained(() => append(redis, stream, events)),

    appendOnce: (event) =>
      explained(async () => {
        const told = `${stream}:told:${event.id}`;
        const args = [EVENT_FIELD, writeEvent(event), TOLD_S];
        return (await redis.eval(APPEND_ONCE, 2, stream, told, ...args)) === 1;
      }),

    readAfter: (offset, limit) =>
      explained(async () => {
        parseOffset(offset);
        if (limit < 1) return [];
        const entries = await redis.xrange(stream, `(${offset}`, '+', 'COUNT', Math.floor(limit));
        return entries.map(readEntry);
      }),

    firstOffset: () =>
      explained(async () => {
        const [first] = await redis.xrange(stream, '-', '+', 'COUNT', 1);
        return first?.[0] ?? null;
      }),

    lastOffset: () => explained(() => readLastPlace(redis, stream)),

    tail: () => {
      const tail = createTail({
        connection: createBlockingConnection(redis, readGraceMs),
        stream,
        readEntry,
      });
      readers.add(tail);
      return tail;
    },

    consumer: (name) =>
      explained(async () => {
        const consumer = await createConsumer({ group: { redis, stream, name }, readEntry, readGraceMs });
        readers.add(consumer);
        return consumer;
      }),

    close: async () => {
      await Promise.all([...readers].map((reader) => reader.close()));
      readers.clear();
    },
  };
}

/** One transaction: a reader sees all of the events, next to each other, or none. */
async function append(redis: Redis, stream: string, events: readonly AnyEvent[]): Promise<void> {
  if (events.length === 0) return;
  const texts = events.map(writeEvent);
  const transaction = redis.multi();
  for (const text of texts) transaction.xadd(stream, '*', EVENT_FIELD, text);
  const replies = await transaction.exec();
  if (replies === null) throw new Error('the transaction was discarded');
  for (const [error] of replies) {
    if (error !== null) throw error;
  }
}
