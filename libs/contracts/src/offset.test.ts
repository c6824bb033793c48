import { expect } from 'chai';
import { compareOffsets, formatOffset, parseOffset, placeAfter, placeBefore } from './offset.ts';

describe('offset', () => {
  it('is read and written as milliseconds and sequence', () => {
    expect(parseOffset('1767225600000-7')).to.deep.equal({ ms: 1_767_225_600_000, seq: 7 });
    expect(formatOffset({ ms: 5, seq: 0 })).to.equal('5-0');
    expect(placeAfter('5-9')).to.equal('5-10');
  });

  it('knows the place before, which leaves room for all of the millisecond before', () => {
    expect(placeBefore('5-9')).to.equal('5-8');
    expect(compareOffsets(placeBefore('5-0'), '4-1000000')).to.be.above(0);
    expect(compareOffsets(placeBefore('5-0'), '5-0')).to.be.below(0);
    expect(parseOffset(placeBefore('5-0')).ms).to.equal(4);
    expect(placeBefore('0-0')).to.equal('0-0');
  });

  it('orders by number, not by letter', () => {
    expect(['10-0', '9-10', '9-9'].toSorted(compareOffsets)).to.deep.equal(['9-9', '9-10', '10-0']);
    expect(compareOffsets('1-1', '1-1')).to.equal(0);
  });

  for (const rubbish of ['', '5', '5-', '-5', '5-x', '5-0-0', ' 5-0', `${'9'.repeat(16)}-0`]) {
    it(`refuses "${rubbish.slice(0, 20)}" and says what one looks like`, () => {
      expect(() => parseOffset(rubbish)).to.throw('is not a place in the event log');
    });
  }
});
