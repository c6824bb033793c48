import { expect } from 'chai';
import { nextRound, ROUNDS_MAX, type Round } from './round.ts';

const round = (number: number, kind: Round['kind']): Round => ({ number, kind, askedBy: 'x', steps: ['y'] });

describe('the next round', () => {
  it('is counted per kind, from one', () => {
    expect(nextRound([], 'repair')).to.equal(1);
    expect(nextRound([round(1, 'plan')], 'repair')).to.equal(1);
    expect(nextRound([round(1, 'plan'), round(2, 'repair')], 'repair')).to.equal(2);
  });

  it('does not come once the limit is reached', () => {
    const made = Array.from({ length: ROUNDS_MAX }, (_, i) => round(i + 1, 'repair'));
    expect(nextRound(made.slice(1), 'repair')).to.equal(ROUNDS_MAX);
    expect(nextRound(made, 'repair')).to.equal(null);
    expect(nextRound(made, 'plan')).to.equal(1);
  });
});
