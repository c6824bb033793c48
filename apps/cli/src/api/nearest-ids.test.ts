import { expect } from 'chai';
import { nearestIds } from './nearest-ids.ts';

const KNOWN = ['textkit-1.r1', 'textkit-2.r1', 'textkit-12.r1', 'other-1.r1', 'other-1.r1'];

describe('nearestIds', () => {
  it('names those of which it is a part, then those a few letters away', () => {
    expect(nearestIds('textkit-1', KNOWN)).to.deep.equal(['textkit-1.r1', 'textkit-12.r1', 'textkit-2.r1']);
    expect(nearestIds('textkit-2.r2', KNOWN)[0]).to.equal('textkit-2.r1');
    expect(nearestIds('other-1.r2', KNOWN)).to.deep.equal(['other-1.r1']);
  });

  it('names none that is far away', () => {
    expect(nearestIds('something-else', KNOWN)).to.deep.equal([]);
    expect(nearestIds('x', [])).to.deep.equal([]);
  });
});
