import { expect } from 'chai';
import { normalizeLabels } from './issue.ts';

describe('labels', () => {
  it('are trimmed, lower-cased and told once, in their order', () => {
    expect(normalizeLabels([' Bug', 'tamma', 'BUG ', '', '  ', 'a b'])).to.deep.equal([
      'bug',
      'tamma',
      'a b',
    ]);
    expect(normalizeLabels([])).to.deep.equal([]);
  });
});
