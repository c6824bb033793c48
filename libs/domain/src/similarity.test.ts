import { expect } from 'chai';
import { findDuplicate, likenessOf } from './similarity.ts';
import { workedMs } from './testing/worked-ms.ts';

const TITLE = 'Totals are rounded wrongly for negative amounts of money';
const BODY =
  'When a refund is printed the total is rounded up instead of down, so that the sum is off by one cent.';
const request = (number: number, title = TITLE, body = BODY) => ({ number, title, body });

describe('a duplicate', () => {
  it('says the same in nearly the same words, whatever case, marks and order', () => {
    const body = `${BODY.toUpperCase().replaceAll(' ', '  ').replace(',', ' –')} Please!`;
    expect(findDuplicate(request(5, `${TITLE}!`, body), [request(3)])).to.equal(3);
    expect(findDuplicate(request(5, TITLE.split(' ').reverse().join(' ')), [request(3)])).to.equal(3);
  });

  it('is of the oldest that asks for it; an issue is none of itself or of a younger one', () => {
    expect(findDuplicate(request(5), [request(4), request(2), request(5), request(9)])).to.equal(2);
    expect(findDuplicate(request(5), [request(5), request(6)])).to.equal(null);
    expect(findDuplicate(request(5), [])).to.equal(null);
  });

  it('needs both title and text', () => {
    expect(findDuplicate(request(5, 'Another title'), [request(3)])).to.equal(null);
    expect(findDuplicate(request(5, TITLE, 'Another text'), [request(3)])).to.equal(null);
    expect(findDuplicate(request(5, TITLE.replace('negative', 'positive')), [request(3)])).to.equal(null);
  });

  it('is not seen in texts without words', () => {
    for (const text of ['', ' \n', '---', '😀']) {
      expect(findDuplicate(request(5, text, text), [request(3, text, text)]), text).to.equal(null);
    }
  });

  it('knows words of every script', () => {
    const texts = ['Größe der Überschrift', 'размер заголовка', '見出し の 大きさ'];
    for (const text of texts) expect(findDuplicate(request(5, text), [request(3, text)])).to.equal(3);
    expect(findDuplicate(request(5, texts[0]), [request(3, texts[1])])).to.equal(null);
  });

  it('is looked for in a megabyte in no time to speak of', () => {
    const begun = workedMs();
    const long = Array.from({ length: 150_000 }, (_, i) => `w${i}`).join(' ');
    const others = Array.from({ length: 50 }, (_, i) => request(i, long, long));
    expect(findDuplicate(request(99, long, long), others)).to.equal(0);
    expect(workedMs() - begun).to.be.below(3000);
  });
});

describe('likeness of two issues', () => {
  it('goes by the words of title and text together', () => {
    const one = request(1, 'Prices are short', 'By a cent.');
    expect(likenessOf(one, one)).to.equal(1);
    expect(likenessOf(one, request(2, 'By a cent', 'prices are short'))).to.equal(1);
    expect(likenessOf(one, request(2, 'Prices', 'look good'))).to.be.within(0.1, 0.2);
    expect(likenessOf(one, request(2, 'Fonts', 'look good'))).to.equal(0);
    expect(likenessOf(request(1, '', ''), request(2, '', ''))).to.equal(0);
  });
});
