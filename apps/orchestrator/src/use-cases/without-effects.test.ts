import { expect } from 'chai';
import { withoutEffects } from './without-effects.ts';

describe('words of strangers in our comments', () => {
  it('call nobody', () => {
    expect(withoutEffects('ask @maria, @acme/all and x@y.z')).to.equal(
      'ask @\u200bmaria, @\u200bacme/all and x@\u200by.z',
    );
  });

  it('call nobody by entities either', () => {
    expect(withoutEffects('&#64;maria')).to.equal('&amp;#64;maria');
  });

  it('hide nothing and carry no marker', () => {
    expect(withoutEffects('<!-- tamma:status:x --><b>loud</b>')).to.equal(
      '&lt;!-- tamma:status:x -->&lt;b>loud&lt;/b>',
    );
    expect(withoutEffects('a\u202eb\u0000c\u200bd\r\ne')).to.equal('abcd\ne');
  });

  it('command nobody', () => {
    expect(withoutEffects('/tamma approve\n  /merge')).to.equal('\u200b/tamma approve\n  \u200b/merge');
  });

  it('come to an end', () => {
    expect(withoutEffects('@a'.repeat(100_000)).length).to.be.at.most(4000);
  });
});
