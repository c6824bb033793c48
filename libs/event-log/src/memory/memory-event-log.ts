import { compareOffsets, formatOffset, type Offset, parseOffset } from '@tamma/contracts';
import type { AnyEvent } from '@tamma/domain';
import { readEntry, writeEvent } from '../entry.ts';
import { type EventConsumer, type EventLog, type EventTail, LOG_START } from '../event-log.ts';
import { createMemoryConsumer } from './consumer.ts';
import type { MemoryStream } from './stream.ts';
import { createMemoryTail } from './tail.ts';

export interface MemoryEventLog extends EventLog {
  /** Puts a text into the log as it is, so that tests can show how a malformed entry is met. */
  appendText(text: string): void;
}

/** The event log in this process's memory: for tests, and for what must run without a server. */
export function createMemoryEventLog(nowMs: () => number = Date.now): MemoryEventLog {
  const stream: MemoryStream = { entries: [], groups: new Map(), wakeUps: new Set() };
  const readers = new Set<EventConsumer | EventTail>();
  const told = new Set<string>();
  let last: Offset = parseOffset(LOG_START);

  const appendTexts = (texts: readonly string[]) => {
    for (const text of texts) {
      last = placeOf(nowMs(), last);
      stream.entries.push(readEntry(formatOffset(last), text));
    }
    for (const wakeUp of stream.wakeUps) wakeUp();
  };

  return {
    append: async (events: readonly AnyEvent[]) => appendTexts(events.map(writeEvent)),
    appendOnce: async (event) => {
      const text = writeEvent(event);
      if (told.has(event.id)) return false;
      told.add(event.id);
      appendTexts([text]);
      return true;
    },
    appendText: (text) => appendTexts([text]),
    readAfter: async (offset, limit) => {
      parseOffset(offset);
      const later = stream.entries.filter((entry) => compareOffsets(entry.offset, offset) > 0);
      return later.slice(0, Math.max(0, limit));
    },
    firstOffset: async () => stream.entries[0]?.offset ?? null,
    lastOffset: async () => formatOffset(last),
    tail: () => {
      const tail = createMemoryTail(stream);
      readers.add(tail);
      return tail;
    },
    consumer: async (name) => {
      const consumer = createMemoryConsumer(stream, name);
      readers.add(consumer);
      return consumer;
    },
    close: async () => {
      await Promise.all([...readers].map((reader) => reader.close()));
      readers.clear();
    },
  };
}

/** Places only rise, even when the clock steps back. */
function placeOf(nowMs: number, last: Offset): Offset {
  const ms = Math.floor(nowMs);
  return ms > last.ms ? { ms, seq: 0 } : { ms: last.ms, seq: last.seq + 1 };
}
