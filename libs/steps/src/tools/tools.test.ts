import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { attempt } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { callTools, refuse, toolAnswers } from '../testing/model.ts';
import { seedBranch } from '../testing/seeds.ts';

type Call = readonly [string, unknown];

/** What the tools answer to calls of one turn, in a checkout of the branch. */
async function answersTo(bench: Bench, ...calls: readonly Call[]): Promise<readonly string[]> {
  await seedBranch(bench);
  bench.model.queue(callTools(...calls), refuse());
  await attempt(bench, 'code-generation');
  return toolAnswers(bench.model.requests.at(-1));
}

/** A link out of the checkout, made as a test of the project could make it. Ends in the bench's own folder. */
const LINK = { command: ['ln', '-s', '../../..', 'out'], timeout: 60_000 };

describe('tools', () => {
  const outside = (bench: Bench) => ['../../../evil.txt', join(bench.folder, 'evil.txt'), 'out/evil.txt'];

  it('write nothing outside the checkout, and say why', async () => {
    await using bench = await createBench({ gates: { test: LINK } });
    const writes = outside(bench).map((path): Call => ['write_file', { path, text: 'evil' }]);

    const [, ...answers] = await answersTo(bench, ['run_gate', { gate: 'test' }], ...writes);

    expect(answers[0]).to.match(/^error: path "\.\.\/\.\.\/\.\.\/evil\.txt" is refused: it leads upwards/);
    expect(answers[1]).to.match(/^error: path .* is refused: it is absolute/);
    expect(answers[2]).to.match(/^error: path "out\/evil\.txt" is refused: it leaves the checkout/);
    const names = await readdir(bench.folder, { recursive: true });
    expect(names.filter((name) => name.includes('evil'))).to.deep.equal([]);
  });

  it('read, edit and delete nothing outside the checkout', async () => {
    await using bench = await createBench({ gates: { test: LINK } });
    const head = join(bench.repository.path, 'HEAD');
    const paths = ['../../../project.git/HEAD', head, 'out/project.git/HEAD', '../git/HEAD'];
    const calls = paths.flatMap((path): readonly Call[] => [
      ['read_file', { path }],
      ['edit_file', { path, find: 'ref', replace: 'evil' }],
      ['delete_file', { path }],
    ]);

    const [, ...answers] = await answersTo(bench, ['run_gate', { gate: 'test' }], ...calls);

    expect(answers).to.have.length(12);
    for (const answer of answers) expect(answer).to.match(/^error: path ".*" is refused: it /);
    expect(await readFile(head, 'utf8')).to.equal('ref: refs/heads/main\n');
  });

  it('keep out of the git directory', async () => {
    await using bench = await createBench();
    const hook = { path: '.git/hooks/pre-push', text: '#!/bin/sh\n' };

    const [answer] = await answersTo(bench, ['write_file', hook]);

    expect(answer).to.match(/^error: path "\.git\/hooks\/pre-push" is refused: it lies in a git directory/);
  });

  it('say so when a file is not there', async () => {
    await using bench = await createBench();
    const path = 'no-such-file';

    const answers = await answersTo(
      bench,
      ['read_file', { path }],
      ['edit_file', { path, find: 'a', replace: 'b' }],
      ['delete_file', { path }],
    );

    for (const answer of answers) expect(answer).to.match(/^error: there is no file "no-such-file"/);
  });

  it('say so when nothing was found', async () => {
    await using bench = await createBench();
    expect(await answersTo(bench, ['search', { text: 'nowhere' }])).to.deep.equal(['nothing found']);
  });

  it('refuse input that does not fit, and name the field', async () => {
    await using bench = await createBench();

    const answers = await answersTo(
      bench,
      ['write_file', { path: 'a.txt' }],
      ['read_file', { path: '' }],
      ['list_files', { path: 'src' }],
      ['run_gate', { gate: 'deploy' }],
    );

    expect(answers).to.have.length(4);
    for (const answer of answers) expect(answer).to.match(/^error: The input does not fit\./);
    expect(answers[0]).to.include('text');
    expect(answers[3]).to.include('gate');
  });
});

describe('edit_file', () => {
  const text = 'one two two aaa $1\n';
  const edits = [
    { what: 'replaces the one place', find: 'one', replace: '1', left: '1 two two aaa $1\n' },
    { what: 'takes dollar signs as they are', find: '$1', replace: "$&$'", left: "one two two aaa $&$'\n" },
    { what: 'removes what is replaced by nothing', find: ' aaa', replace: '', left: 'one two two $1\n' },
  ];
  for (const { what, find, replace, left } of edits) {
    it(what, async () => {
      await using bench = await createBench();
      const path = 'a.txt';

      const answers = await answersTo(
        bench,
        ['write_file', { path, text }],
        ['edit_file', { path, find, replace }],
        ['read_file', { path }],
      );

      expect(answers).to.deep.equal(['wrote a.txt', 'edited a.txt', left]);
    });
  }

  const errors = [
    { what: 'does not occur', find: 'three', why: 'a.txt does not hold that text' },
    { what: 'occurs twice', find: 'two', why: 'a.txt holds that text more than once' },
    { what: 'overlaps itself', find: 'aa', why: 'a.txt holds that text more than once' },
  ];
  for (const { what, find, why } of errors) {
    it(`changes nothing when the text ${what}, and says so`, async () => {
      await using bench = await createBench();
      const path = 'a.txt';

      const [, answer, left] = await answersTo(
        bench,
        ['write_file', { path, text }],
        ['edit_file', { path, find, replace: 'x' }],
        ['read_file', { path }],
      );

      expect(answer).to.include(`error: ${why}`);
      expect(left).to.equal(text);
    });
  }
});
