import { closingReferences } from '@tamma/domain';
import { expect } from 'chai';
import { quietText } from './quiet-text.ts';

describe('text that we say for somebody else', () => {
  it('calls nobody, and leaves addresses alone', () => {
    expect(quietText('@maria and (@acme/team), ask ada@example.test')).to.equal(
      '@\u200bmaria and (@\u200bacme/team), ask ada@example.test',
    );
  });

  for (const text of [
    'Fixes #7',
    'closes: #7',
    'RESOLVED acme/till#7',
    'close   #7 and fixed #7',
    'Fixes https://git.example.test/acme/till/issues/7',
  ]) {
    it(`closes no issue by "${text}"`, () => {
      expect(closingReferences(text, 'acme/till')).to.deep.equal([7]);
      expect(closingReferences(quietText(text), 'acme/till')).to.deep.equal([]);
    });
  }

  it('hides nothing from its readers', () => {
    expect(quietText('a <!-- tamma:status:x --> b')).not.to.include('<!--');
  });

  it('stays as it is where there is nothing to quieten', () => {
    const text = '# Changes\n\nSee #7 for why; `a@b` is fixed.\n';
    expect(quietText(text)).to.equal(text);
  });

  it('takes a megabyte of anything in bounded time', () => {
    const startedAt = performance.now();
    for (const piece of ['fixes ', '@', 'fix #', '<!--', 'closes a'])
      quietText(piece.repeat(1_000_000 / piece.length));
    expect(performance.now() - startedAt).to.be.below(3000);
  });
});
