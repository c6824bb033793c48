import { parseOffset } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import type { EventTail } from '../event-log.ts';
import type { BlockingConnection } from './blocking-connection.ts';
import { describeFailure } from './failure.ts';
import type { ReadStreamEntry, StreamEntry } from './stream-entry.ts';

export interface TailOptions {
  readonly connection: BlockingConnection;
  readonly stream: string;
  readonly readEntry: ReadStreamEntry;
}

export function createTail({ connection, stream, readEntry }: TailOptions): EventTail {
  const read = async (after: string, max: number, waitMs: number): Promise<readonly StreamEntry[]> => {
    const { redis } = connection;
    // BLOCK 0 would wait for ever.
    const reply =
      waitMs > 0
        ? await redis.xread('COUNT', max, 'BLOCK', waitMs, 'STREAMS', stream, after)
        : await redis.xread('COUNT', max, 'STREAMS', stream, after);
    return reply?.[0]?.[1] ?? [];
  };

  return {
    next: async (after, { max, waitMs }) => {
      if (connection.isClosed) throw closedError();
      parseOffset(after);
      const wait = Math.ceil(waitMs);
      try {
        await connection.open();
        const entries = await connection.within(wait, () => read(after, max, wait));
        return entries.map(readEntry);
      } catch (error) {
        if (connection.isClosed) return [];
        throw describeFailure(error);
      }
    },
    close: async () => connection.close(),
  };
}

function closedError(): TammaError {
  return new TammaError('TAIL_CLOSED', 'this reader of the event log is closed', { class: 'system' });
}
