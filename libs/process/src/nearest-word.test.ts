import { expect } from 'chai';
import { nearestWord } from './nearest-word.ts';

describe('nearestWord', () => {
  const known = ['repository', 'issues', 'ai', 'baseBranch'];

  it('finds the word that was meant', () => {
    expect(nearestWord('repositry', known)).to.equal('repository');
    expect(nearestWord('basebranch', known)).to.equal('baseBranch');
    expect(nearestWord('isues', known)).to.equal('issues');
    expect(nearestWord('ia', known)).to.equal('ai');
  });

  it('stays silent when nothing is near', () => {
    expect(nearestWord('elephants', known)).to.equal(null);
    expect(nearestWord('x', known)).to.equal(null);
    expect(nearestWord('anything', [])).to.equal(null);
  });
});
