import { compareOffsets, placeAfter, placeBefore } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import { type EventConsumer, LOG_START, type LogEntry, type NextRequest } from '../event-log.ts';
import { type BlockingConnection, createBlockingConnection } from './blocking-connection.ts';
import { describeFailure, explained, isGroupMissing } from './failure.ts';
import { countUnacknowledged, ensureGroup, firstUnacknowledged, type Group, readPending } from './group.ts';
import type { ReadStreamEntry, StreamEntry } from './stream-entry.ts';

/** What XREADGROUP calls entries that nobody was given yet. */
const NEW_ENTRIES = '>';

interface ConsumerOptions {
  readonly group: Group;
  readonly readEntry: ReadStreamEntry;
  readonly readGraceMs?: number | undefined;
}

export async function createConsumer(options: ConsumerOptions): Promise<EventConsumer> {
  await ensureGroup(options.group);
  return new StreamConsumer(options);
}

/**
 * Reads as a consumer group with one consumer of the group's own name, so that whoever comes after a crash is
 * given what the crashed one had not acknowledged.
 */
class StreamConsumer implements EventConsumer {
  readonly #group: Group;
  readonly #connection: BlockingConnection;
  readonly #readEntry: ReadStreamEntry;
  /** Handed out by this object and not acknowledged yet. */
  readonly #inHand = new Set<string>();
  /** While unacknowledged entries are delivered again: the last of them; null when only new ones are read. */
  #replayedTo: string | null = LOG_START;

  constructor({ group, readEntry, readGraceMs }: ConsumerOptions) {
    this.#group = group;
    this.#connection = createBlockingConnection(group.redis, readGraceMs);
    this.#readEntry = readEntry;
  }

  async next(request: NextRequest): Promise<readonly LogEntry[]> {
    if (this.#connection.isClosed) throw closedError(this.#group.name);
    try {
      const entries = await this.#readHealing(request);
      for (const { offset } of entries) this.#inHand.add(offset);
      return entries;
    } catch (error) {
      if (this.#connection.isClosed) return [];
      throw describeFailure(error);
    }
  }

  async acknowledge(offsets: readonly string[]): Promise<void> {
    if (offsets.length === 0) return;
    const { redis, stream, name } = this.#group;
    await explained(() => redis.xack(stream, name, ...offsets));
    for (const offset of offsets) this.#inHand.delete(offset);
  }

  lag(): Promise<number> {
    return explained(() => countUnacknowledged(this.#group));
  }

  trimTo(offset: string): Promise<number> {
    return explained(async () => {
      const wanted = placeAfter(offset);
      const limit = await firstUnacknowledged(this.#group);
      if (limit === null) return 0;
      const firstKept = compareOffsets(wanted, limit) < 0 ? wanted : limit;
      return this.#group.redis.xtrim(this.#group.stream, 'MINID', '=', firstKept);
    });
  }

  settledOffset(): Promise<string> {
    return explained(async () => {
      const next = await firstUnacknowledged(this.#group);
      return next === null ? LOG_START : placeBefore(next);
    });
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  async #readHealing(request: NextRequest): Promise<readonly LogEntry[]> {
    if (await this.#connection.open()) this.#startOver();
    try {
      return await this.#read(request);
    } catch (error) {
      if (!isGroupMissing(error)) throw error;
      await ensureGroup(this.#group);
      this.#startOver();
      return this.#read(request);
    }
  }

  #startOver(): void {
    this.#replayedTo = LOG_START;
    this.#inHand.clear();
  }

  async #read({ max, waitMs }: NextRequest): Promise<readonly LogEntry[]> {
    if (this.#replayedTo !== null) {
      const replayed = await this.#readGroup(this.#replayedTo, max, 0);
      this.#replayedTo = replayed.at(-1)?.offset ?? null;
      if (replayed.length > 0) return replayed;
    }
    const fresh = await this.#readGroup(NEW_ENTRIES, max, waitMs);
    if (fresh.length === 0) await this.#lookForStrays();
    return fresh;
  }

  /**
   * A twin of this consumer (a former leader that was frozen) may have been given entries after we began and
   * never acknowledge them. Nobody else would ever ask for them again.
   */
  async #lookForStrays(): Promise<void> {
    if (this.#inHand.size > 0) return;
    const { count } = await readPending(this.#group);
    if (count > 0) this.#replayedTo = LOG_START;
  }

  async #readGroup(from: string, max: number, waitMs: number): Promise<readonly LogEntry[]> {
    const wait = Math.ceil(waitMs);
    const entries = await this.#connection.within(wait, () => this.#sendRead(from, max, wait));
    return entries.map(this.#readEntry);
  }

  async #sendRead(from: string, max: number, waitMs: number): Promise<readonly StreamEntry[]> {
    const { stream, name } = this.#group;
    const { redis } = this.#connection;
    // BLOCK 0 would wait for ever.
    const reply =
      waitMs > 0
        ? await redis.xreadgroup('GROUP', name, name, 'COUNT', max, 'BLOCK', waitMs, 'STREAMS', stream, from)
        : await redis.xreadgroup('GROUP', name, name, 'COUNT', max, 'STREAMS', stream, from);
    return reply?.[0]?.[1] ?? [];
  }
}

function closedError(name: string): TammaError {
  return new TammaError('CONSUMER_CLOSED', `consumer "${name}" of the event log is closed`, {
    class: 'system',
  });
}
