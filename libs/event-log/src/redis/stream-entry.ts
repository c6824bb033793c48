import { EVENT_FIELD } from '@tamma/contracts';
import { malformedEntry, readEntry } from '../entry.ts';
import type { LogEntry } from '../event-log.ts';

/** An entry as ioredis gives it; the fields are null when it was deleted before it was acknowledged. */
export type StreamEntry = readonly [id: string, fields: readonly string[] | null];

export function readStreamEntry([offset, fields]: StreamEntry): LogEntry {
  if (fields === null) return malformedEntry(offset, '', 'it was deleted before it was acknowledged');
  const text = fieldOf(fields, EVENT_FIELD);
  if (text !== undefined) return readEntry(offset, text);
  return malformedEntry(offset, JSON.stringify(fields), `it has no field "${EVENT_FIELD}"`);
}

function fieldOf(fields: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < fields.length; index += 2) {
    if (fields[index] === name) return fields[index + 1];
  }
  return undefined;
}
