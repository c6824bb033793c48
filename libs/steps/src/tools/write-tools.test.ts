import { expect } from 'chai';
import { linesBetween } from './patch-guard.ts';
import { replaceText } from './replace-text.ts';
import { createToolBench, ruleOf } from './testing/tool-bench.ts';

const path = 'a.txt';
const TOKEN = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const PATCH = { filesMax: 2, linesMax: 6, allowSensitivePaths: false, protectedPaths: ['infra/**'] };

describe('edit_file', () => {
  const text = 'one two two aaa $1\n';
  const edits = [
    { what: 'replaces the one place', find: 'one', replace: '1', left: '1 two two aaa $1\n' },
    { what: 'takes dollar signs as they are', find: '$1', replace: "$&$'", left: "one two two aaa $&$'\n" },
    { what: 'removes what is replaced by nothing', find: ' aaa', replace: '', left: 'one two two $1\n' },
  ];
  for (const { what, find, replace, left } of edits) {
    it(what, () => {
      expect(replaceText(text, { path, find, replace })).to.deep.equal({ text: left, places: 1 });
    });
  }

  it('replaces every place when asked to', () => {
    const replaced = replaceText(text, { path, find: 'two', replace: '$&', replaceAll: true });
    expect(replaced).to.deep.equal({ text: 'one $& $& aaa $1\n', places: 2 });
  });

  it('keeps the line breaks of the file', () => {
    const crlf = 'one\r\ntwo\r\nthree\r\n';
    const of = (find: string, replace: string) => replaceText(crlf, { path, find, replace }).text;
    expect(of('one\ntwo\n', '1\n2\n')).to.equal('1\r\n2\r\nthree\r\n');
    expect(of('two', '2\n2')).to.equal('one\r\n2\r\n2\r\nthree\r\n');
    expect(of('two\r\n', '2\r\n')).to.equal('one\r\n2\r\nthree\r\n');
    expect(replaceText('a\r\nb\nc\n', { path, find: 'b\nc', replace: 'd\ne' }).text).to.equal('a\r\nd\ne\n');
  });

  const errors = [
    { what: 'does not occur', find: 'three', why: 'a.txt does not hold that text' },
    { what: 'occurs twice', find: 'two', why: 'a.txt holds that text more than once, on lines 1 and 1' },
    { what: 'overlaps itself', find: 'aa', why: 'a.txt holds that text more than once' },
    { what: 'is what it is replaced by', find: 'x', why: 'find and replace are the same' },
  ];
  for (const { what, find, why } of errors) {
    it(`says so when the text ${what}`, () => {
      expect(() => replaceText(text, { path, find, replace: 'x' })).to.throw(why);
    });
  }

  it('names the place that was most likely meant', () => {
    const file = 'function sum(a, b) {\n\n  return a + b;\n}\n';
    const of = (find: string) => () => replaceText(file, { path, find, replace: 'x' });
    expect(of('function sum(a, b) {\n    return a + b;')).to.throw(
      'lines 1 to 2 differ from it in white space only',
    );
    expect(of('  return a + c;\n')).to.throw('the line most like it is line 3: "  return a + b;"');
    expect(of('zebra')).to.throw('no line of it is like it');
    expect(of('\n\n\n')).to.throw('no line of it is like it');
  });

  it('makes no text without end', () => {
    const edit = { path, find: 'a', replace: 'b'.repeat(1_000_000), replaceAll: true };
    expect(() => replaceText('a'.repeat(1_000_000), edit)).to.throw('would become longer');
  });

  it('changes the file, or nothing', async () => {
    await using bench = await createToolBench({ files: { [path]: text } });
    expect(await bench.call('edit_file', { path, find: 'one', replace: '1' })).to.equal('edited a.txt');
    expect(await bench.call('edit_file', { path, find: 'two', replace: '2', replaceAll: true })).to.equal(
      'edited a.txt in 2 places',
    );
    await bench.refuse('edit_file', { path, find: 'nowhere', replace: '' });
    expect(await bench.call('read_file', { path })).to.equal('1 2 2 aaa $1\n');
  });
});

describe('limits of a change', () => {
  it('keep out of what only a person changes', async () => {
    await using bench = await createToolBench({ files: { 'infra/a.tf': 'x\n' }, gates: { patch: PATCH } });
    for (const kept of [
      '.github/workflows/ci.yml',
      './/Dockerfile',
      'infra/a.tf',
      'INFRA/b',
      '.gitattributes',
    ]) {
      expect(ruleOf(await bench.refuse('write_file', { path: kept, text: 'y' })), kept).to.equal('path');
    }
    expect(ruleOf(await bench.refuse('delete_file', { path: 'infra/a.tf' }))).to.equal('path');
    expect(ruleOf(await bench.refuse('edit_file', { path: 'infra/a.tf', find: 'x', replace: 'y' }))).to.equal(
      'path',
    );
    expect(await bench.workspace.changedFiles()).to.deep.equal([]);
  });

  it('count files, what other tools changed among them', async () => {
    await using bench = await createToolBench({ gates: { patch: PATCH } });
    await bench.workspace.writeFile('made', 'by a command\n');
    await bench.call('write_file', { path: 'a', text: 'a\n' });
    await bench.call('write_file', { path: 'a', text: 'b\n' });
    const error = await bench.refuse('write_file', { path: 'b', text: 'b\n' });
    expect(ruleOf(error)).to.equal('patch');
    expect(error.message).to.contain('3 files; this project allows 2');
    await bench.call('delete_file', { path: 'a' });
    await bench.call('write_file', { path: 'b', text: 'b\n' });
  });

  it('count lines, of each file as it stands', async () => {
    await using bench = await createToolBench({ gates: { patch: PATCH } });
    await bench.call('write_file', { path: 'a', text: '1\n2\n3\n4\n5\n6\n' });
    expect(ruleOf(await bench.refuse('write_file', { path: 'b', text: '1\n' }))).to.equal('patch');
    await bench.call('write_file', { path: 'a', text: '1\n' });
    await bench.call('write_file', { path: 'b', text: '1\n2\n3\n4\n5\n' });
    expect(linesBetween('a\nb\n', 'b\nc\n')).to.equal(2);
    expect(linesBetween('', '')).to.equal(0);
  });

  it('let no secret in, and leave alone what was there', async () => {
    const files = { 'fixture.js': `const token = '${TOKEN}';\n` };
    await using bench = await createToolBench({ files });
    const error = await bench.refuse('write_file', { path: 'a.js', text: `\nconst token = '${TOKEN}';\n` });
    expect(ruleOf(error)).to.equal('secret');
    expect(error.message).to.contain('line 2').and.not.contain(TOKEN.slice(4, 16));
    await bench.call('edit_file', { path: 'fixture.js', find: 'const', replace: 'export const' });
    expect(await bench.workspace.changedFiles()).to.deep.equal(['fixture.js']);
  });

  it('hold for bytes, not characters', async () => {
    await using bench = await createToolBench();
    const error = await bench.refuse('write_file', { path, text: '🌳'.repeat(300_000) });
    expect(ruleOf(error)).to.equal('limit');
    expect(await bench.workspace.changedFiles()).to.deep.equal([]);
  });
});
