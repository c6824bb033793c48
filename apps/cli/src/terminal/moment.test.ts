import { expect } from 'chai';
import { formatAgo, formatClock, formatDuration, formatMoment, formatUntil, msBetween } from './moment.ts';

const AT = '2026-01-02T08:30:59.123Z';
const NOW = Date.parse(AT);

describe('moments', () => {
  it('are shown in UTC, and how far away they are', () => {
    expect(formatMoment(AT)).to.equal('2026-01-02 08:30 UTC');
    expect(formatClock(AT)).to.equal('08:30:59');
    expect(formatAgo(AT, NOW + 59_000)).to.equal('59 s ago');
    expect(formatAgo(AT, NOW + 47 * 3_600_000)).to.equal('47 h ago');
    expect(formatAgo(AT, NOW - 5000)).to.equal('0 s ago');
    expect(formatUntil(AT, NOW - 3 * 86_400_000)).to.equal('2026-01-02 08:30 UTC (in 3 d)');
    expect(formatUntil(AT, NOW)).to.equal('2026-01-02 08:30 UTC (over)');
  });

  it('are shown as they are when they are none', () => {
    for (const format of [formatMoment, formatClock]) expect(format('soon')).to.equal('soon');
    expect(formatAgo('soon', NOW)).to.equal('soon');
    expect(formatUntil('soon', NOW)).to.equal('soon');
    expect(msBetween('soon', AT)).to.equal(0);
  });

  it('say how long something took in two units at most', () => {
    const cases = [
      [0, '0.0 s'],
      [59_900, '59.9 s'],
      [192_000, '3 m 12 s'],
      [7_500_000, '2 h 5 m'],
      [273_600_000, '3 d 4 h'],
    ] as const;
    for (const [ms, text] of cases) expect(formatDuration(ms)).to.equal(text);
  });
});
