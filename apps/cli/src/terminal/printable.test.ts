import { expect } from 'chai';
import { oneLine, printable, printableJson } from './printable.ts';

const ESC = '\u001b';

describe('printable', () => {
  it('takes out escape sequences as a whole, and every other control character', () => {
    expect(printable(`${ESC}[2J${ESC}[1;31mred${ESC}[0m`)).to.equal('red');
    expect(printable(`${ESC}]0;title\u0007after`)).to.equal('after');
    expect(printable(`${ESC}]8;;http://evil${ESC}\\link${ESC}]8;;${ESC}\\`)).to.not.match(/\p{Cc}/u);
    expect(printable('over\rwritten \u0000 \u007f')).to.equal('over written    ');
    expect(printable('a\u202eb\u200bc\u2028d\u{e0041}e')).to.equal('a b c d e');
  });

  it('keeps letters of every kind, line breaks and tabs', () => {
    expect(printable('Größe\t日本語 🎉\nnext\r\nlast')).to.equal('Größe\t日本語 🎉\nnext\nlast');
    expect(oneLine('a\n\tb')).to.equal('a b');
  });

  it('leaves no control character in random text', () => {
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed % 0xa0;
    };
    for (let round = 0; round < 500; round += 1) {
      const text = String.fromCodePoint(...Array.from({ length: 30 }, random));
      expect(printable(text)).to.not.match(/(?![\n\t])\p{Cc}/u);
    }
  });
});

describe('printableJson', () => {
  it('is one line with the same value, and nothing in it that a terminal obeys', () => {
    const value = { text: `${ESC}[2J\u009b1m\u202e\u2028\u{e0041}\nö🎉` };
    const json = printableJson(value);
    expect(json).to.contain('ö🎉');
    expect(json).to.not.match(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(JSON.parse(json)).to.deep.equal(value);
  });
});
