import { expect } from 'chai';
import { cpuTimeOf, ownCpuTimeOf, parentOf, parseMachine, parseStat } from './cpu-time.ts';

describe('processor time', () => {
  it('is read past a name that holds blanks and parentheses', () => {
    const text = '7 (a ) (b) S 3 7 7 0 -1 4194304 100 0 0 0 12 5 2 1 20 0 1 0 5 6 7';
    expect(parseStat(7, text)).to.deep.equal({ pid: 7, parent: 3, ownMs: 170, endedChildrenMs: 30 });
  });

  it('of the machine counts waiting for a disk as idle', () => {
    const text = 'cpu  100 20 30 700 50 1 2 3 9 9\ncpu0 1 1 1 1 1 1 1 1 0 0\n';
    expect(parseMachine(text)).to.deep.equal({ busyMs: 1560, allMs: 9060 });
  });

  it('rises for this process, and is nothing for one that is gone', async () => {
    const before = await ownCpuTimeOf(process.pid);
    const used = process.cpuUsage();
    while (process.cpuUsage(used).user < 50_000) Math.sqrt(used.user);
    expect(await ownCpuTimeOf(process.pid)).to.be.greaterThan(before);
    expect(await cpuTimeOf(process.pid)).to.be.at.least(before);
    expect(await parentOf(process.pid)).to.equal(process.ppid);
    expect(await ownCpuTimeOf(2 ** 22 + 1)).to.equal(0);
  });
});
