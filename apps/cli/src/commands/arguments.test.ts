import { expect } from 'chai';
import { parseId, parseIssue, parseLimit, parseSince } from './arguments.ts';

const NOW = Date.parse('2026-01-02T00:00:00.000Z');

describe('arguments', () => {
  it('take a place as an offset, as so long ago, or as a moment', () => {
    expect(parseSince('1767225600000-3', NOW)).to.equal('1767225600000-3');
    expect(parseSince('30m', NOW)).to.equal(`${NOW - 1_800_000}-0`);
    expect(parseSince('2026-01-01T12:00Z', NOW)).to.equal(`${NOW - 43_200_000}-0`);
    expect(parseSince('365d', 1000)).to.equal('0-0');
  });

  it('refuse what is none of these', () => {
    for (const text of ['', 'x', '5', '-1h', '1767225600000', '2026-13-01', 'March 1', '1e3-0']) {
      expect(() => parseSince(text, NOW), text).to.throw('Expected a length of time');
    }
    for (const text of ['', ' ', '.', '..', 'x'.repeat(201)])
      expect(() => parseId(text), text).to.throw('Expected an id');
    for (const text of ['', '0', '-1', '1.5', '1e3', 'x', '##1', '9'.repeat(16)]) {
      expect(() => parseIssue(text), text).to.throw('Expected the number');
    }
    for (const text of ['', '0', '1001', '-5', '1.0', '99999999']) {
      expect(() => parseLimit(text), text).to.throw('Expected a whole number');
    }
  });

  it('take an issue with or without its sign, and an id without the blanks around it', () => {
    expect([parseIssue('12'), parseIssue('#12'), parseLimit('1000')]).to.deep.equal([12, 12, 1000]);
    expect(parseId(' demo-1.r1 ')).to.equal('demo-1.r1');
  });
});
