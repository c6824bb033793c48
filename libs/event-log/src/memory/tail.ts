import { compareOffsets, parseOffset } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import type { EventTail } from '../event-log.ts';
import { type MemoryStream, waitForEntries } from './stream.ts';

export function createMemoryTail(stream: MemoryStream): EventTail {
  const closed = Promise.withResolvers<void>();
  let isClosed = false;
  const entriesAfter = (after: string) =>
    stream.entries.filter((entry) => compareOffsets(entry.offset, after) > 0);
  return {
    next: async (after, { max, waitMs }) => {
      if (isClosed)
        throw new TammaError('TAIL_CLOSED', 'this reader of the event log is closed', { class: 'system' });
      parseOffset(after);
      if (entriesAfter(after).length === 0) await waitForEntries(stream, waitMs, closed.promise);
      return isClosed ? [] : entriesAfter(after).slice(0, max);
    },
    close: async () => {
      isClosed = true;
      closed.resolve();
    },
  };
}
