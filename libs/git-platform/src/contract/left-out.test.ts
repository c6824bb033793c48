import { expect } from 'chai';
import { leaveOut } from './left-out.ts';

describe('what a contract leaves out', () => {
  it('is told with how many tests it takes, and why', () => {
    const { reasonFor, report } = leaveOut([{ tests: 'reviews', why: 'nobody reviews' }]);
    expect(reasonFor('reviews', 'reviews: one')).to.equal('nobody reviews');
    expect(reasonFor('reviews', 'reviews: two')).to.equal('nobody reviews');
    expect(reasonFor('checks', 'checks: reviews')).to.equal(null);
    expect(report()).to.deep.equal(['reviews (2 tests): nobody reviews']);
  });

  it('is an error when there is no such test', () => {
    const { report } = leaveOut([{ tests: 'reviews: gone', why: 'no reason' }]);
    expect(report).to.throw('there is no test "reviews: gone" to leave out');
  });
});
