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

/** Resolves when entries come, when the time is up, or when the reader is closed. */
export async function waitForEntries(
  stream: MemoryStream,
  waitMs: number,
  closed: Promise<void>,
): Promise<void> {
  const woken = Promise.withResolvers<void>();
  const timer = setTimeout(woken.resolve, waitMs);
  stream.wakeUps.add(woken.resolve);
  await Promise.race([woken.promise, closed]);
  stream.wakeUps.delete(woken.resolve);
  clearTimeout(timer);
}
