import { expect } from 'chai';
import { formatBytes, formatCost, formatCount, plural } from './amount.ts';

describe('amounts for people', () => {
  it('shortens large numbers', () => {
    expect([0, 999, 1000, 12_345, 999_949, 999_950, 2_500_000].map(formatCount)).to.deep.equal([
      '0',
      '999',
      '1k',
      '12.3k',
      '999.9k',
      '1M',
      '2.5M',
    ]);
  });

  it('never shows money that was spent as nothing', () => {
    expect([0, 0.004, 0.01, 12.345].map(formatCost)).to.deep.equal(['$0.00', '< $0.01', '$0.01', '$12.35']);
  });

  it('gives sizes and numbers of things', () => {
    expect([12, 2048, 262_144, 3_500_000].map(formatBytes)).to.deep.equal([
      '12 B',
      '2 KiB',
      '256 KiB',
      '3.3 MiB',
    ]);
    expect([plural(1, 'call'), plural(2, 'call'), plural(0, 'reply', 'replies')]).to.deep.equal([
      '1 call',
      '2 calls',
      '0 replies',
    ]);
  });
});
