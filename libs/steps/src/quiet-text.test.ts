import { closingReferences } from '@tamma/domain';
import { expect } from 'chai';
import { quietMessage, quietText } from './quiet-text.ts';

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
    'Fixes GH-7',
    'fixed               #7',
    'Fixes https://git.example.test/acme/till/issues/7',
  ]) {
    it(`closes no issue by "${text}"`, () => {
      expect(closingReferences(text, 'acme/till')).to.deep.equal([7]);
      expect(closingReferences(quietText(text), 'acme/till')).to.deep.equal([]);
    });
  }

  it('calls nobody by emphasis or entities either', () => {
    expect(quietText('_@maria_ and __@maria__')).to.equal('_@\u200bmaria_ and __@\u200bmaria__');
    for (const sign of ['&#64;', '&#0064;', '&#x40;', '&commat;', '&#35;', '&#x23;', '&num;']) {
      expect(quietText(`see ${sign}7`)).to.equal(`see &\u200b${sign.slice(1)}7`);
    }
    expect(quietText('&amp; &lt; &#39;')).to.equal('&amp; &lt; &#39;');
  });

  for (const text of [
    '[skip ci]',
    '[CI skip]',
    '[no ci]',
    '[skip actions]',
    '[skip-ci]',
    'Skip-Checks: true',
  ]) {
    it(`keeps no checks from running by "${text}" in a commit`, () => {
      const message = quietMessage(`Add double\n\n${text}\n`);
      expect(message).to.not.include(text);
      expect(message.replaceAll('\u200b', '')).to.equal(`Add double\n\n${text}\n`);
    });
  }

  it('calls nobody and closes nothing by a commit, and leaves the rest of it alone', () => {
    expect(quietMessage('Fixes #7 for @maria')).to.equal('Fixes #\u200b7 for @\u200bmaria');
    const plain = 'fix(list): take [a, b] & <!-- x -->\n\nSee #7.';
    expect(quietMessage(plain)).to.equal(plain);
  });

  it('hides nothing from its readers', () => {
    expect(quietText('a <!-- tamma:status:x --> b')).not.to.include('<!--');
  });

  it('stays as it is where there is nothing to quieten', () => {
    const text = '# Changes\n\nSee #7 for why; `a@b` is fixed.\n';
    expect(quietText(text)).to.equal(text);
  });

  it('takes a megabyte of anything in bounded time', () => {
    const startedAt = performance.now();
    for (const piece of [
      'fixes ',
      '@',
      'fix #',
      '<!--',
      'closes a',
      '&#0',
      'fix  \t ',
      '[skip ',
      '\nskip-checks ',
    ])
      quietMessage(quietText(piece.repeat(1_000_000 / piece.length)));
    expect(performance.now() - startedAt).to.be.below(3000);
  });
});
