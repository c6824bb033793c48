import { decodeEvent, encodeEvent } from '@tamma/contracts';
import { type AnyEvent, TammaError, toError } from '@tamma/domain';
import type { LogEntry } from './event-log.ts';

/** Longest explanation kept with an entry that does not parse, in characters. */
const REASON_LENGTH_MAX = 500;

/** An event as the log holds it. Throws a TammaError with code `EVENT_INVALID` for what no reader could parse. */
export function writeEvent(event: AnyEvent): string {
  try {
    return encodeEvent(event);
  } catch (error) {
    const reason = toError(error).message.slice(0, REASON_LENGTH_MAX);
    throw new TammaError('EVENT_INVALID', `event ${event.id} (${event.type}) cannot be logged: ${reason}`, {
      class: 'validation',
      cause: error,
    });
  }
}

export function readEntry(offset: string, text: string): LogEntry {
  try {
    return { offset, event: decodeEvent(text) };
  } catch (error) {
    return malformedEntry(offset, text, toError(error).message);
  }
}

export function malformedEntry(offset: string, malformed: string, reason: string): LogEntry {
  return { offset, malformed, reason: reason.slice(0, REASON_LENGTH_MAX) };
}
