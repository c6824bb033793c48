import type { LogEntry } from '../event-log.ts';

/** The durable position of one consumer's name. */
export interface MemoryGroup {
  delivered: string;
  readonly pending: Set<string>;
}

/** What the consumers of one log share. */
export interface MemoryStream {
  readonly entries: LogEntry[];
  readonly groups: Map<string, MemoryGroup>;
  /** Called when entries came. */
  readonly wakeUps: Set<() => void>;
}
