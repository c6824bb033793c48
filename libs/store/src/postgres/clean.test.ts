import { expect } from 'chai';
import { cleanJson, cleanMoment, cleanText } from './clean.ts';

describe('cleaning for PostgreSQL', () => {
  it('replaces NUL and lone surrogates, and nothing else', () => {
    expect(cleanText('a\u0000b\uD800c')).to.equal('a\uFFFDb\uFFFDc');
    expect(cleanText('Żółw 🐢 \u0001 "\\')).to.equal('Żółw 🐢 \u0001 "\\');
  });

  it('reaches keys and nested values', () => {
    expect(cleanJson({ 'k\u0000': [{ a: '\u0000' }], n: Number.NaN, u: undefined })).to.deep.equal({
      'k\uFFFD': [{ a: '\uFFFD' }],
      n: null,
    });
  });

  it('keeps a key that would change the prototype as plain data', () => {
    const cleaned = cleanJson(JSON.parse('{"__proto__":{"x":1}}'));
    expect(JSON.stringify(cleaned)).to.equal('{"__proto__":{"x":1}}');
  });

  it('refuses what is nested too deep', () => {
    const deep: unknown = JSON.parse('['.repeat(1000) + ']'.repeat(1000));
    expect(() => cleanJson(deep)).to.throw('nested deeper than 64');
  });

  it('brings a moment into the range of a column', () => {
    expect(cleanMoment('2026-01-02T03:04:05.678901Z')).to.equal('2026-01-02T03:04:05.678Z');
    expect(cleanMoment('0000-01-01T00:00:00Z')).to.equal('1970-01-01T00:00:00.000Z');
    expect(cleanMoment('never')).to.equal('1970-01-01T00:00:00.000Z');
    expect(cleanMoment('+099999-01-01T00:00:00Z')).to.equal('9999-12-31T23:59:59.999Z');
  });
});
