import { parseOffset } from '@tamma/contracts';
import { type AnyEvent, cutMiddle, reportError } from '@tamma/domain';
import type { RecordableEntry } from '../../store.ts';
import { cleanJson, cleanText } from '../clean.ts';

export interface EventEntry {
  readonly offset: string;
  readonly event: AnyEvent;
}

export interface RejectedEntry {
  readonly offset: string;
  readonly malformed: string;
  readonly reason: string;
}

interface ScreenedEntries {
  readonly events: readonly EventEntry[];
  readonly rejected: readonly RejectedEntry[];
}

/** An index of PostgreSQL holds 2,700 bytes; three bytes a character at worst. */
const KEY_LENGTH_MAX = 512;
const RAW_LENGTH_MAX = 256 * 1024;
const REASON_LENGTH_MAX = 2000;

/**
 * Tells what PostgreSQL can store as an event from what it cannot, and cleans both. A hostile entry is set aside
 * with the reason; were it left to fail, it would come again and again and block all that follow.
 */
export function screenEntries(entries: readonly RecordableEntry[]): ScreenedEntries {
  const events = new Map<string, EventEntry>();
  const rejected = new Map<string, RejectedEntry>();
  for (const entry of entries) {
    parseOffset(entry.offset);
    const screened = screenEntry(entry);
    if ('malformed' in screened) rejected.set(screened.offset, screened);
    else if (!events.has(screened.event.id)) events.set(screened.event.id, screened);
  }
  return { events: [...events.values()], rejected: [...rejected.values()] };
}

export function isKey(text: string): boolean {
  return text.length <= KEY_LENGTH_MAX;
}

/** The entry as it is kept when it cannot be stored as an event. */
export function rejectEntry(entry: RecordableEntry, reason: string): RejectedEntry {
  const raw = 'malformed' in entry ? entry.malformed : textOf(entry.event);
  return {
    offset: entry.offset,
    malformed: cleanText(cutMiddle(raw, RAW_LENGTH_MAX)),
    reason: cleanText(cutMiddle(reason, REASON_LENGTH_MAX)),
  };
}

function screenEntry(entry: RecordableEntry): EventEntry | RejectedEntry {
  if ('malformed' in entry) return rejectEntry(entry, entry.reason);
  try {
    const event = cleanJson(entry.event);
    const { id, workflowId = '', taskId = '', stepId = '' } = event;
    if ([id, workflowId, taskId, stepId].every(isKey)) return { offset: entry.offset, event };
    return rejectEntry(entry, `one of its ids is longer than ${KEY_LENGTH_MAX} characters`);
  } catch (error) {
    return rejectEntry(entry, reportError(error).message);
  }
}

function textOf(event: AnyEvent): string {
  try {
    return JSON.stringify(event);
  } catch {
    // Nested too deep even to be written down: its name is all that can be kept.
    return `event ${event.id} (${event.type})`;
  }
}
