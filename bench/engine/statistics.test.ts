import { expect } from 'chai';
import { latencyOf, medianOf, percentileOf, sharesOf, spreadOf } from './statistics.ts';

describe('statistics of the bench', () => {
  it('take the middle value, or the mean of the two middle ones, whatever the order', () => {
    expect(medianOf([3, 1, 2])).to.equal(2);
    expect(medianOf([10, 2, 30, 4])).to.equal(7);
    expect(medianOf([5])).to.equal(5);
  });

  it('give percentiles by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentileOf(hundred, 50)).to.equal(50);
    expect(percentileOf(hundred, 99)).to.equal(99);
    expect(percentileOf(hundred, 100)).to.equal(100);
    expect(percentileOf(hundred, 0)).to.equal(1);
    expect(percentileOf([7, 9], 99)).to.equal(9);
    expect(() => percentileOf([1], 101)).to.throw(RangeError);
    expect(() => percentileOf([1], Number.NaN)).to.throw(RangeError);
  });

  it('say how far the values lie apart', () => {
    expect(spreadOf([4, 1, 9])).to.deep.equal({ median: 4, min: 1, max: 9 });
    expect(latencyOf([2, 1])).to.deep.equal({ p50: 1, p99: 2, count: 2 });
  });

  it('compare each value with the partner of its own pair', () => {
    expect(sharesOf([50, 20], [100, 80])).to.deep.equal([0.5, 0.25]);
    expect(() => sharesOf([1], [1, 2])).to.throw(RangeError);
  });

  it('refuse to make a figure of nothing', () => {
    expect(() => medianOf([])).to.throw('nothing was measured');
    expect(() => percentileOf([], 50)).to.throw('nothing was measured');
    expect(() => spreadOf([])).to.throw('nothing was measured');
  });

  it('leave the values as they were', () => {
    const values = [3, 1, 2];
    spreadOf(values);
    expect(values).to.deep.equal([3, 1, 2]);
  });
});
