import { expect } from 'chai';
import { headlineOf, isAnotherRequest, normalizeLabels } from './issue.ts';

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

describe('an edit of an issue', () => {
  const before = { title: 'Add it', body: 'Line one\nLine two\n' };

  it('is one when title or text say something else', () => {
    for (const now of [
      { title: 'Add them' },
      { body: 'Line one\nLine 2\n' },
      { body: '' },
      { title: 'add it' },
    ]) {
      expect(isAnotherRequest(before, { ...before, ...now }), JSON.stringify(now)).to.equal(true);
    }
  });

  it('is none when only line ends, or space around, differ', () => {
    for (const now of [
      {},
      { title: ' Add it ' },
      { body: 'Line one\r\nLine two' },
      { body: '\n\nLine one\nLine two  ' },
    ]) {
      expect(isAnotherRequest(before, { ...before, ...now }), JSON.stringify(now)).to.equal(false);
    }
  });

  it('cannot be hidden by moving text between title and body', () => {
    expect(isAnotherRequest({ title: 'a","b', body: 'c' }, { title: 'a', body: 'b","c' })).to.equal(true);
  });
});

describe('the headline of a workflow', () => {
  it('has the number of an issue, and none of a task on its own', () => {
    expect(headlineOf({ issue: 12, title: 'Add it' })).to.equal('#12 Add it');
    expect(headlineOf({ issue: 0, title: 'Sweep' })).to.equal('Sweep');
  });
});
