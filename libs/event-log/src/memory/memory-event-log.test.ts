import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { describeEventLog } from '../contract.ts';
import { LOG_START } from '../event-log.ts';
import { createMemoryEventLog } from './index.ts';

describeEventLog('event log in memory', async () => {
  const log = createMemoryEventLog();
  return {
    log,
    appendText: async (text) => log.appendText(text),
    [Symbol.asyncDispose]: () => log.close(),
  };
});

describe('event log in memory', () => {
  it('gives rising offsets when the clock stands still or steps back', async () => {
    const clock = testClock(1000);
    const log = createMemoryEventLog(clock.now);
    for (const text of ['a', 'b', 'c', 'd']) {
      log.appendText(text);
      if (text === 'b') clock.advance(-500);
      if (text === 'c') clock.advance(2000);
    }
    const entries = await log.readAfter(LOG_START, 10);
    expect(entries.map((entry) => entry.offset)).to.deep.equal(['1000-0', '1000-1', '1000-2', '2500-0']);
  });
});
