import { expect } from 'chai';
import { MARKDOWN_LENGTH_MAX, readMarkdown } from './read-markdown.ts';
import type { Block } from './tree.ts';

const text = (value: string) => ({ kind: 'text', text: value }) as const;
const paragraph = (...content: Extract<Block, { kind: 'paragraph' }>['content']): Block => ({
  kind: 'paragraph',
  content,
});

describe('Markdown', () => {
  it('becomes headings, lists, code and tables', () => {
    expect(
      readMarkdown('# A *b*\n\n1. x\n2. `y`\n\n```js\nlet a;\n```\n\n|h|\n|-|\n|c|\n\n> q\n\n---'),
    ).to.deep.equal([
      { kind: 'heading', level: 1, content: [text('A '), { kind: 'emphasis', content: [text('b')] }] },
      {
        kind: 'list',
        start: 1,
        items: [[paragraph(text('x'))], [paragraph({ kind: 'code', text: 'y' })]],
      },
      { kind: 'code', text: 'let a;' },
      { kind: 'table', head: [[text('h')]], rows: [[[text('c')]]] },
      { kind: 'quote', blocks: [paragraph(text('q'))] },
      { kind: 'rule' },
    ]);
  });

  it('shows tasks with their boxes', () => {
    expect(readMarkdown('- [x] done\n- [ ] open')).to.deep.equal([
      {
        kind: 'list',
        start: null,
        items: [
          [paragraph({ kind: 'checkbox', isChecked: true }, text('done'))],
          [paragraph({ kind: 'checkbox', isChecked: false }, text('open'))],
        ],
      },
    ]);
  });

  it('leaves HTML the text it is', () => {
    expect(readMarkdown('<img src=x onerror=alert(1)>')).to.deep.equal([
      paragraph(text('<img src=x onerror=alert(1)>')),
    ]);
    expect(readMarkdown('a <script>b</script>')).to.deep.equal([
      paragraph(text('a '), text('<script>'), text('b'), text('</script>')),
    ]);
  });

  it('links to the web and to mail, and to nothing else', () => {
    expect(readMarkdown('[a](https://x.org/b)')).to.deep.equal([
      paragraph({ kind: 'link', href: 'https://x.org/b', content: [text('a')] }),
    ]);
    for (const address of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      '/admin',
      'vbscript:x',
    ]) {
      expect(readMarkdown(`[a](${address})`), address).to.deep.equal([paragraph(text(`[a](${address})`))]);
    }
  });

  it('loads no image, but says where it is', () => {
    expect(readMarkdown('![cat](https://x.org/cat.png)')).to.deep.equal([
      paragraph({ kind: 'link', href: 'https://x.org/cat.png', content: [text('image: cat')] }),
    ]);
    expect(readMarkdown('![cat](data:image/png;base64,AA)')).to.deep.equal([
      paragraph(text('![cat](data:image/png;base64,AA)')),
    ]);
  });

  it('names characters that would turn or hide text', () => {
    expect(readMarkdown('a\u202eb `c\u200bd`')).to.deep.equal([
      paragraph(text('a⟨U+202E⟩b '), { kind: 'code', text: 'c⟨U+200B⟩d' }),
    ]);
  });

  it('gives up on what is too long or too deep, and cuts what is deep', () => {
    expect(readMarkdown('a'.repeat(MARKDOWN_LENGTH_MAX + 1))).to.equal(null);
    expect(readMarkdown('>'.repeat(50_000))).to.equal(null);
    expect(JSON.stringify(readMarkdown(`${'> '.repeat(200)}deep`))).to.contain('deep');
  });
});
