import { expect } from 'chai';
import { blockingReferences, closingReferences, withoutComments, withoutHidden } from './references.ts';
import { workedMs } from './testing/worked-ms.ts';

const HERE = 'acme/till';
const closing = (text: string) => closingReferences(text, HERE);

describe('references of a pull request to issues it closes', () => {
  it('are found by every keyword, whatever its case', () => {
    const words = ['close', 'closes', 'closed', 'fix', 'fixes', 'fixed', 'resolve', 'resolves', 'resolved'];
    for (const word of [...words, ...words.map((one) => one.toUpperCase())]) {
      expect(closing(`It ${word} #12.`), word).to.deep.equal([12]);
    }
  });

  it('may name the repository, or be a URL, or stand behind a colon', () => {
    for (const text of [
      'Fixes acme/till#7',
      'Fixes ACME/Till#7',
      'Fixes https://github.com/acme/till/issues/7',
      'fixes http://ghe.local:8080/acme/till/issues/7#issuecomment-1',
      'Fixes: #7',
      'Fixes\r\n#7',
      'fixes GH-7',
      '(fixes #7)',
      '- fixes #7\n- fixes #7',
    ]) {
      expect(closing(text), text).to.deep.equal([7]);
    }
  });

  it('are several, in the order of the text', () => {
    expect(closing('Fixes #3, closes #1 and resolves #2; see #4')).to.deep.equal([3, 1, 2]);
  });

  it('are none without a keyword, of another repository, or in a longer word', () => {
    for (const text of [
      '#7',
      'see #7',
      'prefixes #7',
      'fixesque #7',
      'fixes#7',
      'fixes other/till#7',
      'fixes xacme/till#7',
      'fixes https://github.com/acme/other/issues/7',
      'fixes https://github.com/acme/till/pull/7',
      'fixes #0',
      'fixes #x',
      'fixes #1234567890',
      'fixes #12abc',
      '',
    ]) {
      expect(closing(text), text).to.deep.equal([]);
    }
  });

  it('are none in comments and in code', () => {
    for (const text of [
      '<!-- fixes #7 -->',
      '<!-- fixes #7',
      '`fixes #7`',
      '```\nfixes #7\n```',
      '```\r\nfixes #7\r\n```\r\n',
      '  ~~~ text\nfixes #7',
      '````\n```\nfixes #7\n```\n````',
      '```\n~~~\nfixes #7\n```',
      '<!--\n```\n-->\n```\nfixes #7\n```',
    ]) {
      expect(closing(text), text).to.deep.equal([]);
    }
  });

  it('are found around comments and code', () => {
    for (const text of [
      '<!-- a --> fixes #7 <!-- b -->',
      '```\n<!--\n```\nfixes #7',
      '<!--\n```\n-->\nfixes #7',
      '```not a fence``` fixes #7',
      '`a` fixes #7 `b`',
      'a ` b\nfixes #7 `c`',
      '    ```\nfixes #7',
      '```\na\n`````  \nfixes #7',
    ]) {
      expect(closing(text), JSON.stringify(text)).to.deep.equal([7]);
    }
  });

  it('are looked for in the first 100,000 characters', () => {
    expect(closing(`${'x '.repeat(49_990)} fixes #7`)).to.deep.equal([7]);
    expect(closing(`${'x '.repeat(50_000)} fixes #7`)).to.deep.equal([]);
  });
});

describe('references of an issue to what blocks it', () => {
  it('are found by their words', () => {
    const text = 'Blocked by #4. It depends on: acme/till#5, and depends on other/one#6. Fixes #7';
    expect(blockingReferences(text, HERE)).to.deep.equal([4, 5]);
  });
});

describe('a text without what is hidden', () => {
  it('keeps what readers see', () => {
    expect(withoutComments('a <!-- b --> `c`\n```\nd\n```')).to.equal('a   `c`\n```\nd\n```');
    expect(withoutHidden('a <!-- b --> `c`\n```\nd\n```\ne')).to.equal('a    \n \ne');
  });

  it('takes a megabyte of anything in no time to speak of', () => {
    const pieces = [
      '<!--',
      '-->',
      '`',
      '```',
      '```\n',
      '~~~\n',
      '~',
      '``` a',
      '   ',
      '\n',
      '\r\n',
      '<',
      '<!-',
      '😀',
    ];
    const long = [
      ...pieces,
      '````\n```\n',
      '<!-- `',
      'fixes ',
      'fixes a/',
      'fixes https://a/',
      '#',
      'blocked by ',
    ];
    const begun = workedMs();
    for (const piece of long) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      withoutHidden(text);
      withoutComments(`\`\`\`${text}`);
      closing(`fixes ${text}`);
      closing(`${text}#`);
    }
    expect(workedMs() - begun).to.be.below(5000);
  });
});
