import { compareOffsets, parseOffset, placeBefore } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import { type EventConsumer, LOG_START, type LogEntry, type NextRequest } from '../event-log.ts';
import { type MemoryGroup, type MemoryStream, waitForEntries } from './stream.ts';

export function createMemoryConsumer(stream: MemoryStream, name: string): EventConsumer {
  const group = stream.groups.get(name) ?? { delivered: LOG_START, pending: new Set<string>() };
  stream.groups.set(name, group);
  return new StreamConsumer(stream, group);
}

class StreamConsumer implements EventConsumer {
  readonly #stream: MemoryStream;
  readonly #group: MemoryGroup;
  readonly #closed = Promise.withResolvers<void>();
  #replayedTo: string | null = LOG_START;
  #isClosed = false;

  constructor(stream: MemoryStream, group: MemoryGroup) {
    this.#stream = stream;
    this.#group = group;
  }

  async next(request: NextRequest): Promise<readonly LogEntry[]> {
    if (this.#isClosed) {
      throw new TammaError('CONSUMER_CLOSED', 'this consumer of the event log is closed', {
        class: 'system',
      });
    }
    const replayed = this.#replay(request.max);
    if (replayed.length > 0) return replayed;
    if (!this.#hasNew()) await waitForEntries(this.#stream, request.waitMs, this.#closed.promise);
    return this.#isClosed ? [] : this.#takeNew(request.max);
  }

  async acknowledge(offsets: readonly string[]): Promise<void> {
    for (const offset of offsets) this.#group.pending.delete(offset);
  }

  async lag(): Promise<number> {
    return this.#stream.entries.filter((entry) => this.#isUnacknowledged(entry)).length;
  }

  async settledOffset(): Promise<string> {
    const next = this.#stream.entries.find((entry) => this.#isUnacknowledged(entry));
    return next === undefined ? this.#group.delivered : placeBefore(next.offset);
  }

  async trimTo(offset: string): Promise<number> {
    parseOffset(offset);
    const { entries } = this.#stream;
    const kept = entries.findIndex(
      (entry) => compareOffsets(entry.offset, offset) > 0 || this.#isUnacknowledged(entry),
    );
    return entries.splice(0, kept === -1 ? entries.length : kept).length;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.resolve();
  }

  #replay(max: number): readonly LogEntry[] {
    const from = this.#replayedTo;
    if (from === null) return [];
    const isDue = ({ offset }: LogEntry) =>
      this.#group.pending.has(offset) && compareOffsets(offset, from) > 0;
    const replayed = this.#stream.entries.filter(isDue).slice(0, max);
    this.#replayedTo = replayed.at(-1)?.offset ?? null;
    return replayed;
  }

  #takeNew(max: number): readonly LogEntry[] {
    const fresh = this.#stream.entries.filter((entry) => this.#isNew(entry)).slice(0, max);
    for (const { offset } of fresh) this.#group.pending.add(offset);
    this.#group.delivered = fresh.at(-1)?.offset ?? this.#group.delivered;
    return fresh;
  }

  #hasNew(): boolean {
    const last = this.#stream.entries.at(-1);
    return last !== undefined && this.#isNew(last);
  }

  #isNew({ offset }: LogEntry): boolean {
    return compareOffsets(offset, this.#group.delivered) > 0;
  }

  #isUnacknowledged(entry: LogEntry): boolean {
    return this.#isNew(entry) || this.#group.pending.has(entry.offset);
  }
}
