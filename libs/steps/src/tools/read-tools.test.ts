import { expect } from 'chai';
import { CHARACTERS_MAX, excerptOf } from './excerpt.ts';
import { listOf } from './file-list.ts';
import { createToolBench } from './testing/tool-bench.ts';

describe('list_files', () => {
  const files = [
    'README.md',
    ...Array.from({ length: 30 }, (_, i) => `src/deep/${i % 3}/${i}.js`),
    'src/a.js',
  ];

  it('gives one path a line, of a folder and a glob', () => {
    expect(listOf(['a', 'b/c'], { folder: '' })).to.equal('a\nb/c');
    expect(listOf(['bc', 'b/c', 'b/d.js'], { folder: 'b', glob: '**/*.js' })).to.equal('b/d.js');
    expect(listOf(['a'], { folder: 'b' })).to.equal('no file is there');
  });

  it('sums folders up, as deep as there is room, and says so', () => {
    expect(listOf(files, { folder: '', max: 6 })).to.equal(
      [
        'README.md',
        'src/deep/0/ (10 files)',
        'src/deep/1/ (10 files)',
        'src/deep/2/ (10 files)',
        'src/a.js',
        '[32 files, folders summed up; name a path or a glob for less]',
      ].join('\n'),
    );
    expect(listOf(files, { folder: '', max: 3 })).to.match(
      /^README\.md\nsrc\/deep\/ \(30 files\)\nsrc\/a\.js\n/,
    );
  });

  it('never gives more lines than asked for', () => {
    const flat = Array.from({ length: 50 }, (_, i) => `f${i}`);
    const text = listOf(flat, { folder: '', max: 10 });
    expect(text.split('\n')).to.have.length(11);
    expect(text).to.contain('50 files').and.contain('the first 10 lines');
  });

  it('knows the files there are', async () => {
    await using bench = await createToolBench({ files: { 'src/a.js': 'x\n' } });
    expect(await bench.call('list_files', {})).to.equal('README.md\nsrc/a.js');
    for (const path of ['.', './', '']) {
      expect(await bench.call('list_files', { path })).to.equal('README.md\nsrc/a.js');
    }
    expect(await bench.call('list_files', { path: './src/' })).to.equal('src/a.js');
  });
});

describe('read_file', () => {
  const path = 'a.txt';
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('');

  it('gives a short file exactly as it is', () => {
    for (const text of ['', 'a', 'a\n', '\r\n', 'a\r\nb', '\n\n']) {
      expect(excerptOf(text, { path })).to.equal(text);
    }
  });

  it('gives the lines asked for, and says which they are', () => {
    const text = lines(10);
    expect(excerptOf(text, { path, startLine: 3, endLine: 4 })).to.equal(
      'line 3\nline 4\n[lines 3 to 4 of 10; go on with startLine 5]',
    );
    expect(excerptOf(text, { path, startLine: 9, endLine: 99 })).to.equal(
      'line 9\nline 10\n[lines 9 to 10 of 10]',
    );
    expect(excerptOf(text, { path, startLine: 1, endLine: 10 })).to.equal(text);
  });

  it('gives two thousand lines at once, or as many as there is room for', () => {
    expect(excerptOf(lines(2_001), { path })).to.match(
      /line 2000\n\[lines 1 to 2000 of 2001; go on with startLine 2001\]$/,
    );
    const wide = `${'x'.repeat(1_023)}\n`.repeat(100);
    const text = excerptOf(wide, { path });
    expect(text).to.match(/\[lines 1 to 31 of 100; go on with startLine 32\]$/);
    expect(text.length).to.be.lessThan(32 * 1024);
  });

  it('gives the beginning of a line that is too long, and the next lines after it', () => {
    const text = `${'x'.repeat(100_000)}\nend\n`;
    const shown = excerptOf(text, { path });
    expect(shown).to.match(
      /x\n\[lines 1 to 1 of 2; line 1 is longer than can be shown; go on with startLine 2\]$/,
    );
    expect(shown.length).to.be.lessThan(CHARACTERS_MAX + 200);
    expect(excerptOf(text, { path, startLine: 2 })).to.equal('end\n[lines 2 to 2 of 2]');
  });

  it('says what is wrong with a range', () => {
    expect(() => excerptOf('a\n', { path, startLine: 2 })).to.throw('a.txt has 1 lines, none from 2 on');
    expect(() => excerptOf(lines(9), { path, startLine: 4, endLine: 3 })).to.throw(
      'endLine 3 is before startLine 4',
    );
  });
});

describe('search', () => {
  it('finds a text, a pattern when asked for one, and only where it is told to look', async () => {
    await using bench = await createToolBench({ files: { 'src/a.js': 'a.b\naxb\n', 'docs/a.md': 'a.b\n' } });
    expect(await bench.call('search', { text: 'a.b' })).to.equal('docs/a.md:1: a.b\nsrc/a.js:1: a.b');
    expect(await bench.call('search', { text: 'a.b', pattern: true, path: 'src' })).to.equal(
      'src/a.js:1: a.b\nsrc/a.js:2: axb',
    );
    expect(await bench.call('search', { text: 'nowhere' })).to.equal('nothing found');
    const error = await bench.refuse('search', { text: '(', pattern: true });
    expect(error.message).to.contain('the pattern');
  });
});
