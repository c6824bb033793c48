import { expect } from 'chai';
import { formatMoment } from '../format/time.ts';
import { wordsOfDetail } from './health.ts';

describe('a detail of a health check', () => {
  it('has moments as people read them', () => {
    const at = '2026-01-01T12:00:00.000Z';
    expect(wordsOfDetail(`open until ${at}: 5 failures`)).to.equal(
      `open until ${formatMoment(at)}: 5 failures`,
    );
    expect(wordsOfDetail('at noon')).to.equal('at noon');
  });

  it('is words, whatever it is', () => {
    expect(wordsOfDetail(['git', 'ai'])).to.equal('git, ai');
    expect(wordsOfDetail(12)).to.equal('12');
    expect(wordsOfDetail(null)).to.equal('null');
    expect(wordsOfDetail({ lag: 1 })).to.equal('{"lag":1}');
  });
});
