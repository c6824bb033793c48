import { expect } from 'chai';
import { formatAge, formatAgo, formatClock, formatDuration, formatMoment, formatUntil } from './time.ts';

const NOW = '2026-01-31T12:00:00.000Z';
const nowMs = Date.parse(NOW);
const before = (ms: number) => new Date(nowMs - ms).toISOString();

describe('time for people', () => {
  it('gives lengths in at most two units', () => {
    const lengths = [0, 850, 4_780, 59_999, 192_000, 180_000, 7_500_000, 273_600_000];
    expect(lengths.map(formatDuration)).to.deep.equal([
      '0 ms',
      '850 ms',
      '4.7 s',
      '59 s',
      '3 min 12 s',
      '3 min',
      '2 h 5 min',
      '3 d 4 h',
    ]);
  });

  it('never shows a length below zero, nor one that is no number', () => {
    expect(formatDuration(-5)).to.equal('0 ms');
    expect(formatDuration(Number.NaN)).to.equal('–');
  });

  it('tells how long ago and how long until', () => {
    expect(formatAgo(before(3_000), nowMs)).to.equal('just now');
    expect(formatAgo(before(-3_000), nowMs)).to.equal('just now');
    expect(formatAgo(before(90_000), nowMs)).to.equal('1 min ago');
    expect(formatAgo(before(26 * 3_600_000), nowMs)).to.equal('26 h ago');
    expect(formatAge(before(90_000), nowMs)).to.equal('1 min');
    expect(formatAge(before(-90_000), nowMs)).to.equal('0 s');
    expect(formatUntil(before(-23.5 * 3_600_000), nowMs)).to.equal('in 23 h');
    expect(formatUntil(before(120_000), nowMs)).to.equal('2 min overdue');
  });

  it('shows moments where the reader is, and a dash for rubbish', () => {
    expect(formatClock(NOW)).to.match(/^\d\d:\d\d:00$/);
    expect(formatMoment(NOW)).to.match(/^2026-0\d-\d\d \d\d:\d\d$/);
    for (const format of [formatClock, formatMoment]) expect(format('yesterday')).to.equal('–');
    for (const format of [formatAgo, formatAge]) expect(format('never', nowMs)).to.equal('–');
    expect(formatUntil('never', nowMs)).to.equal('–');
  });
});
