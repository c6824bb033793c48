import type { AnyEvent } from '@tamma/domain';

/** An entry of the log. One that does not parse is handed on as such: dropping it would be a silent loss. */
export type LogEntry =
  | { readonly offset: string; readonly event: AnyEvent }
  | { readonly offset: string; readonly malformed: string; readonly reason: string };

/** Before every entry; `readAfter` and `since` start here. */
export const LOG_START = '0-0';

/** The append-only log of facts. An offset is an entry's place: `<milliseconds>-<sequence>`. */
export interface EventLog {
  /** Appends in the order given, in one round trip. Throws on an event the catalogue does not know. */
  append(events: readonly AnyEvent[]): Promise<void>;
  /**
   * Appends an event that several may tell, unless one of its id was appended this way within a day. False when it was:
   * everywhere else a repeat gets a place of its own, and only the record absorbs it.
   */
  appendOnce(event: AnyEvent): Promise<boolean>;
  /** Entries after an offset, oldest first, at most `limit`. */
  readAfter(offset: string, limit: number): Promise<readonly LogEntry[]>;
  /** Offset of the oldest entry still held, null when empty. */
  firstOffset(): Promise<string | null>;
  /** Offset of the newest entry, also when it was trimmed away; `LOG_START` when there never was one. */
  lastOffset(): Promise<string>;
  /** Reads on as entries come, without a durable position: for whoever only watches. */
  tail(): EventTail;
  /** A named consumer with a durable position. Delivered and unacknowledged entries come again first. */
  consumer(name: string): Promise<EventConsumer>;
  close(): Promise<void>;
}

export interface NextRequest {
  readonly max: number;
  /** How long to wait for the first entry, in milliseconds. */
  readonly waitMs: number;
}

export interface EventTail {
  /**
   * Entries after an offset, oldest first; empty when none came in time. What was trimmed is passed over without a
   * word: compare with `firstOffset`.
   */
  next(after: string, request: NextRequest): Promise<readonly LogEntry[]>;
  /** Ends a wait. */
  close(): Promise<void>;
}

export interface EventConsumer {
  /** The next entries, oldest first; empty when none came in time. */
  next(request: NextRequest): Promise<readonly LogEntry[]>;
  acknowledge(offsets: readonly string[]): Promise<void>;
  /** Entries in the log that this consumer has not acknowledged. */
  lag(): Promise<number>;
  /** A place up to which it has acknowledged everything, the newest one that is known; `LOG_START` when none is. */
  settledOffset(): Promise<string>;
  /** Removes entries up to `offset`, but never one that is not acknowledged. Returns how many went. */
  trimTo(offset: string): Promise<number>;
  close(): Promise<void>;
}
