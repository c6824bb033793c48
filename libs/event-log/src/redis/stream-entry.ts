import { EVENT_FIELD } from '@tamma/contracts';
import { malformedEntry, readEntry } from '../entry.ts';
import type { LogEntry } from '../event-log.ts';

/** An entry as ioredis gives it; the fields are null when it was deleted before it was acknowledged. */
export type StreamEntry = readonly [id: string, fields: readonly string[] | null];

export type ReadStreamEntry = (entry: StreamEntry) => LogEntry;

interface KeptEntry {
  readonly text: string;
  readonly entry: LogEntry;
}

/** Entries that are kept for the other readers of this process, and the longest of them, in characters. */
const KEPT_MAX = 4000;
const KEPT_LENGTH_MAX = 4096;

/**
 * Reads entries, and keeps the last ones: the recorder and the relay of one process are given the same entries within
 * moments of each other, and checking an event costs more than all else of its way through the log.
 */
export function createEntryReader(keptMax = KEPT_MAX): ReadStreamEntry {
  // Two halves, the older of which goes as a whole: a map that loses its first key each time gets slow to begin.
  let young = new Map<string, KeptEntry>();
  let old: ReadonlyMap<string, KeptEntry> = new Map();
  const keep = (offset: string, kept: KeptEntry) => {
    if (young.size >= keptMax / 2) {
      old = young;
      young = new Map();
    }
    young.set(offset, kept);
  };
  return ([offset, fields]) => {
    if (fields === null) return malformedEntry(offset, '', 'it was deleted before it was acknowledged');
    const text = fieldOf(fields, EVENT_FIELD);
    if (text === undefined) {
      return malformedEntry(offset, JSON.stringify(fields), `it has no field "${EVENT_FIELD}"`);
    }
    const known = young.get(offset) ?? old.get(offset);
    // A log that was lost and begun anew may give a place a second time.
    if (known?.text === text) return known.entry;
    const entry = readEntry(offset, text);
    if (text.length <= KEPT_LENGTH_MAX) keep(offset, { text, entry });
    return entry;
  };
}

function fieldOf(fields: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < fields.length; index += 2) {
    if (fields[index] === name) return fields[index + 1];
  }
  return undefined;
}
