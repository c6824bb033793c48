import { expect } from 'chai';
import { type Review, standingReviews } from './review.ts';

type Said = readonly [author: string, state: Review['state']];

function standing(...said: readonly Said[]) {
  const reviews = said.map(([author, state], i): Review => {
    const at = `2026-01-01T00:00:0${i}.000Z`;
    return { id: `${i}`, author, authorKind: 'person', state, commit: 'abc', body: '', at };
  });
  return standingReviews(reviews).map(({ id, state }) => [id, state]);
}

describe('the standing reviews of a pull request', () => {
  it('are the last word of each reviewer', () => {
    expect(
      standing(['ada', 'approved'], ['bob', 'approved'], ['ada', 'changes-requested']),
    ).to.have.deep.members([
      ['1', 'approved'],
      ['2', 'changes-requested'],
    ]);
  });

  it('are not taken back by a mere comment, and a comment alone is none', () => {
    expect(standing(['ada', 'approved'], ['ada', 'commented'], ['bob', 'commented'])).to.deep.equal([
      ['0', 'approved'],
    ]);
  });

  it('are void once dismissed; what the reviewer said before does not come back', () => {
    expect(standing(['ada', 'approved'], ['ada', 'dismissed'])).to.deep.equal([]);
    expect(standing(['ada', 'dismissed'], ['ada', 'approved'])).to.deep.equal([['1', 'approved']]);
  });

  it('are none of none', () => {
    expect(standing()).to.deep.equal([]);
  });
});
