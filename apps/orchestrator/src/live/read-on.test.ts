import { createMemoryEventLog, type MemoryEventLog } from '@tamma/event-log/memory';
import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { type PlacedEvent, type ReadOnDeps, readOn } from './read-on.ts';
import { buildEvents } from './testing/events.ts';

const ALL = { workflowId: undefined, limit: 100 };

/** A log of six events at 1000-0 to 1000-5, and a record that holds whatever was trimmed. */
async function openPast() {
  const log = createMemoryEventLog(testClock(1000).now);
  await log.append(buildEvents(6));
  const recorded: PlacedEvent[] = [];
  const consumer = await log.consumer('recorder');
  const entries = await consumer.next({ max: 100, waitMs: 0 });
  const trim = async (count: number) => {
    const leaving = entries.slice(0, count).flatMap((entry) => ('event' in entry ? [entry] : []));
    recorded.push(...leaving.slice(recorded.length));
    await consumer.acknowledge(leaving.map(({ offset }) => offset));
    await consumer.trimTo(leaving.at(-1)?.offset ?? '0-0');
  };
  const reader: ReadOnDeps['reader'] = {
    listEvents: async ({ since = '0-0' }) => recorded.filter(({ offset }) => offset > since),
  };
  return { log, reader, trim };
}

function offsetsOf(items: readonly PlacedEvent[]): string[] {
  return items.map(({ offset }) => offset);
}

describe('reading on', () => {
  it('reads the log while it holds the place, and asks no database', async () => {
    const { log } = await openPast();
    const reader = { listEvents: () => Promise.reject(new Error('nobody should ask')) };
    const page = await readOn({ eventLog: log, reader }, { ...ALL, since: '1000-1' });
    expect(offsetsOf(page.items)).to.deep.equal(['1000-2', '1000-3', '1000-4', '1000-5']);
    expect(page.next).to.equal('1000-5');
  });

  it('reads the record below the log, and then the log', async () => {
    const { log, reader, trim } = await openPast();
    await trim(3);
    const first = await readOn({ eventLog: log, reader }, { ...ALL, since: '0-0' });
    expect(offsetsOf(first.items)).to.deep.equal(['1000-0', '1000-1', '1000-2']);
    const rest = await readOn({ eventLog: log, reader }, { ...ALL, since: first.next ?? '' });
    expect(offsetsOf(rest.items)).to.deep.equal(['1000-3', '1000-4', '1000-5']);
    expect(await readOn({ eventLog: log, reader }, { ...ALL, since: '1000-5' })).to.deep.equal({
      items: [],
      next: null,
    });
  });

  it('leaves no gap when the log is trimmed while it is read', async () => {
    for (const when of ['before', 'after'] as const) {
      const { log, reader, trim } = await openPast();
      let isTrimmed = false;
      const readAfter: MemoryEventLog['readAfter'] = async (since, limit) => {
        if (when === 'before') await trim(4);
        const entries = await log.readAfter(since, limit);
        if (when === 'after') await trim(4);
        isTrimmed = true;
        return entries;
      };
      const eventLog = { firstOffset: log.firstOffset, readAfter };
      const page = await readOn({ eventLog, reader }, { ...ALL, since: '1000-0' });
      expect(isTrimmed).to.equal(true);
      expect(offsetsOf(page.items).slice(0, 3), when).to.deep.equal(['1000-1', '1000-2', '1000-3']);
    }
  });
});
