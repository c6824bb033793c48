import { expect } from 'chai';
import { judge } from './judge/judge.ts';
import { isInTime, renderTable, renderTakeOver } from './table.ts';
import { evidence, soundIssue } from './testing/made-up.ts';

const BLOW = { kind: 'kill', target: 'worker-1', targetKind: 'worker', pid: 1, at: 1 } as const;

describe('what a run prints', () => {
  it('has a row for each count, and what was found below them', () => {
    const issues = [{ ...soundIssue(), merges: ['m1', 'm2'] }];
    const text = renderTable({ verdict: judge(evidence({ issues })), workflows: 1, hitsMin: 100 });
    for (const row of [
      /^kills that hit a running step +0 \(wanted: at least 100\), and 0 freezes$/m,
      /^finished +1 of 1$/m,
      /^merged exactly once +0 of 1$/m,
      /^duplicates +1$/m,
      /^order violations +0$/m,
      /^events missing +1$/m,
      /^stuck +0$/m,
      /^duplicates:\n {2}issue notes#1 was merged 2 times$/m,
    ]) {
      expect(text).to.match(row);
    }
  });

  it('says how long a take-over took, and whether that is in time', () => {
    const inTime = { blow: BLOW, stepMs: [30_100, 39_900], leaderMs: 8000 };
    expect(renderTakeOver(inTime)).to.include('30.1 s, 39.9 s').and.to.include('8.0 s');
    expect(isInTime(inTime)).to.equal(true);
    expect(isInTime({ ...inTime, stepMs: [40_001] })).to.equal(false);
    expect(isInTime({ ...inTime, leaderMs: 15_001 })).to.equal(false);
    expect(isInTime({ ...inTime, stepMs: [] })).to.equal(false);
  });
});
