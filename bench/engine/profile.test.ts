import { expect } from 'chai';
import { createProfiler, sumUpProfile } from './profile.ts';

function nodeOf(id: number, functionName: string, url = '') {
  return { id, callFrame: { functionName, scriptId: '0', url, lineNumber: 9, columnNumber: 0 } };
}

describe('profile', () => {
  it('sums up self time by function, of the time in which anything ran', () => {
    const nodes = [
      nodeOf(1, '(root)'),
      nodeOf(2, '(idle)'),
      nodeOf(3, 'work', 'file:///x/libs/store/src/chain.ts'),
      nodeOf(4, 'work', 'file:///x/libs/store/src/chain.ts'),
      nodeOf(5, '', 'file:///x/node_modules/pg/lib/client.js'),
    ];
    const samples = [1, 2, 2, 3, 4, 4, 5];
    expect(sumUpProfile({ nodes, samples, startTime: 0, endTime: 7 })).to.deep.equal([
      { place: 'work libs/store/src/chain.ts:10', share: 0.75 },
      { place: '(anonymous) pg/lib/client.js:10', share: 0.25 },
    ]);
  });

  it('sees this process at work', async () => {
    const profiler = createProfiler();
    await profiler.start();
    const used = process.cpuUsage();
    while (process.cpuUsage(used).user < 50_000) JSON.stringify(used);
    const rows = await profiler.stop();
    expect(rows.reduce((sum, row) => sum + row.share, 0)).to.be.within(0.5, 1.0001);
  });
});
