import type { RedisKeys } from '@tamma/contracts';
import { TammaError, toError } from '@tamma/domain';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { LiveText, TextChunk, TextPage } from '../live-text.ts';

/** Chunks kept at least: some seconds of several models at once. */
const CHUNKS_MAX = 2000;
/** Longest text of one chunk, in characters. */
const TEXT_LENGTH_MAX = 4000;
/** How much longer than asked a read may take before its connection counts as dead. */
const READ_GRACE_MS = 5000;
const CHUNK_FIELD = 'chunk';
/** Before every entry of a stream. */
const START = '0-0';

const chunkSchema = z.object({
  workflowId: z.string(),
  taskId: z.string(),
  stepId: z.string(),
  text: z.string(),
  at: z.string(),
});

type StreamEntry = readonly [id: string, fields: readonly string[]];

export interface LiveTextOptions {
  /** Owned by the caller, who closes it. */
  readonly redis: Redis;
  readonly keys: RedisKeys;
}

export function createLiveText({ redis, keys }: LiveTextOptions): LiveText {
  return new StreamText(redis, keys.liveText);
}

class StreamText implements LiveText {
  readonly #redis: Redis;
  readonly #stream: string;
  /** A blocking read holds its connection, so it has its own, made when the first read comes. */
  readonly #connection: Redis;
  #isClosed = false;

  constructor(redis: Redis, stream: string) {
    this.#redis = redis;
    this.#stream = stream;
    this.#connection = redis.duplicate({
      lazyConnect: true,
      enableOfflineQueue: false,
      // A read that is sent again by itself would wait twice; the caller asks again anyhow.
      retryStrategy: () => null,
      commandTimeout: undefined,
      socketTimeout: undefined,
      blockingTimeout: undefined,
    });
    this.#connection.on('error', () => {
      // The read in flight is rejected, or the next one reconnects and reports.
    });
  }

  async append(chunks: readonly TextChunk[]): Promise<void> {
    if (chunks.length === 0) return;
    const pipeline = this.#redis.pipeline();
    for (const chunk of chunks) {
      const text = JSON.stringify({ ...chunk, text: chunk.text.slice(0, TEXT_LENGTH_MAX) });
      pipeline.xadd(this.#stream, 'MAXLEN', '~', CHUNKS_MAX, '*', CHUNK_FIELD, text);
    }
    const failed = (await pipeline.exec())?.find(([error]) => error !== null);
    if (failed?.[0]) throw failed[0];
  }

  async next(after: string | null, { limit, waitMs }: { limit: number; waitMs: number }): Promise<TextPage> {
    if (this.#isClosed) throw unreadable('it is closed');
    // A server that accepts and then says nothing must not hold us: cutting the connection ends the call.
    const guard = setTimeout(() => this.#connection.disconnect(), waitMs + READ_GRACE_MS);
    try {
      return await this.#read(after, limit, waitMs);
    } catch (thrown) {
      if (this.#isClosed) return { chunks: [], after: after ?? START };
      throw unreadable(toError(thrown).message);
    } finally {
      clearTimeout(guard);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#connection.status !== 'end') this.#connection.disconnect();
  }

  async #read(after: string | null, limit: number, waitMs: number): Promise<TextPage> {
    const connection = this.#connection;
    const stream = this.#stream;
    if (connection.status === 'wait' || connection.status === 'end') await connection.connect();
    const from = after ?? (await connection.xrevrange(stream, '+', '-', 'COUNT', 1))[0]?.[0] ?? START;
    const entries = await readAfter(connection, { stream, from, limit, waitMs });
    return { chunks: entries.flatMap(readChunk), after: entries.at(-1)?.[0] ?? from };
  }
}

interface ReadRequest {
  readonly stream: string;
  readonly from: string;
  readonly limit: number;
  readonly waitMs: number;
}

async function readAfter(connection: Redis, request: ReadRequest): Promise<readonly StreamEntry[]> {
  const { stream, from, limit } = request;
  const waitMs = Math.ceil(request.waitMs);
  // BLOCK 0 would wait for ever.
  const reply =
    waitMs > 0
      ? await connection.xread('COUNT', limit, 'BLOCK', waitMs, 'STREAMS', stream, from)
      : await connection.xread('COUNT', limit, 'STREAMS', stream, from);
  return reply?.[0]?.[1] ?? [];
}

/** What does not parse is left out: nobody relies on these texts. */
function readChunk([, fields]: StreamEntry): TextChunk[] {
  const text = fields[fields.indexOf(CHUNK_FIELD) + 1] ?? '';
  try {
    const parsed = chunkSchema.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

function unreadable(why: string): TammaError {
  return new TammaError('LIVE_TEXT_UNREADABLE', `streamed text cannot be read: ${why}`, {
    class: 'network',
    remedy: 'check that the Redis server runs and can be reached',
  });
}
