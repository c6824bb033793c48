import { expect } from 'chai';
import { createRecentIds } from './recent-ids.ts';

describe('recent ids', () => {
  it('are new once, and remembered up to a limit', () => {
    const recent = createRecentIds(3);
    const told = ['a', 'a', 'b', 'a', 'c', 'd', 'a', 'd'];
    expect(told.map((id) => recent.isNew(id))).to.deep.equal([
      true,
      false,
      true,
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});
