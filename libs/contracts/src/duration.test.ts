import { expect } from 'chai';
import { duration, timerDuration } from './duration.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

describe('a length of time', () => {
  it('is a whole number and a unit, and inside a number of milliseconds', () => {
    const lengths = ['0s', '1ms', '500ms', '30s', '5m', '2h', '7d', '007s', '365d'];
    expect(lengths.map((text) => duration.parse(text))).to.deep.equal([
      0,
      1,
      500,
      30_000,
      5 * MINUTE_MS,
      120 * MINUTE_MS,
      7 * DAY_MS,
      7000,
      365 * DAY_MS,
    ]);
  });

  for (const rubbish of ['', '5', 's', '5 s', '-5s', '1.5h', '5S', '5s\n', '1h30m', '1w', 5, null, ['5s']]) {
    it(`is not ${JSON.stringify(rubbish)}`, () => {
      expect(duration.safeParse(rubbish).success).to.equal(false);
    });
  }

  it('says what it would have taken', () => {
    expect(duration.safeParse('5 weeks').error?.issues[0]?.message).to.contain('500ms, 30s, 5m, 2h or 7d');
  });

  it('is refused when no calendar could hold it', () => {
    expect(duration.safeParse('366d').error?.issues[0]?.message).to.equal('expected at most 365d');
    expect(duration.safeParse(`${'9'.repeat(400)}d`).success).to.equal(false);
  });

  it('for a timer is at least a millisecond and at most what a timer can keep', () => {
    expect(timerDuration.parse('1ms')).to.equal(1);
    expect(timerDuration.parse('24d')).to.equal(24 * DAY_MS);
    expect(timerDuration.parse('24d')).to.be.below(2 ** 31);
    for (const text of ['0s', '25d']) {
      expect(timerDuration.safeParse(text).error?.issues[0]?.message).to.equal(
        'expected at least 1ms and at most 24d',
      );
    }
  });
});
