import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { judgeEngine, judgeSeedFigures } from './judge.ts';
import { measure } from './measure.ts';
import { RUNGS } from './protocol.ts';
import { describeMeasured } from './report.ts';
import { TINY } from './sizes.ts';

/** Some seconds by itself; the rest is for a machine that has other things to do. */
const LIMIT_MS = 240_000;

describe('the bench', () => {
  it('measures every figure there is a target for', async () => {
    const lines: string[] = [];
    const measured = await measure(testServers(), {
      sizes: TINY,
      onProgress: (line) => void lines.push(line),
    });
    expect(measured.ladder.map(({ rung }) => rung)).to.deep.equal([...RUNGS]);
    for (const row of measured.ladder) {
      expect(row.workflowsPerSecond.median, row.rung).to.be.greaterThan(0);
      expect(row.recordLag !== null, row.rung).to.equal(row.rung === 'record' || row.rung === 'relay');
    }
    const { told, seen } = measured.browser;
    expect(seen, 'every event reaches the browser').to.equal(told);
    const judged = [...judgeEngine(measured), ...judgeSeedFigures(measured)];
    expect(judged.map(({ value }) => value).filter((value) => value.includes('?'))).to.deep.equal([]);
    const report = describeMeasured(measured);
    for (const { id, met } of judged)
      expect(report).to.match(new RegExp(`${id} .*${met ? 'met' : 'MISSED'}`));
    expect(lines.length).to.be.greaterThan(RUNGS.length);
  }).timeout(LIMIT_MS);
});
