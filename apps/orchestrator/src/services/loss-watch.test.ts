import { expect } from 'chai';
import { createLossWatch } from './loss-watch.ts';

function openWatch() {
  const known: { first: string | null; recordedTo: string } = { first: null, recordedTo: '0-0' };
  let losses = 0;
  const watch = createLossWatch({
    eventLog: { firstOffset: async () => known.first },
    reader: { recordedTo: async () => known.recordedTo },
    onLoss: () => {
      losses += 1;
    },
  });
  return {
    see: async (first: string | null, recordedTo: string) => {
      Object.assign(known, { first, recordedTo });
      await watch.runOnce();
      return losses;
    },
  };
}

describe('the watch for a loss of Redis', () => {
  it('says nothing before there is a record, nor while the log reaches back into it', async () => {
    const watch = openWatch();
    expect(await watch.see(null, '0-0')).to.equal(0);
    expect(await watch.see('5-0', '0-0')).to.equal(0);
    expect(await watch.see('5-0', '5-0')).to.equal(0);
    expect(await watch.see('5-0', '9-1')).to.equal(0);
  });

  it('tells once of a log that is gone or begins after the record, and again of the next one', async () => {
    const watch = openWatch();
    expect(await watch.see(null, '9-1')).to.equal(1);
    expect(await watch.see('9-2', '9-1')).to.equal(1);
    expect(await watch.see('9-2', '9-5')).to.equal(1);
    expect(await watch.see('9-7', '9-5')).to.equal(2);
  });
});
