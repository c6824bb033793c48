import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createToolBench, ruleOf, type ToolBench } from './testing/tool-bench.ts';

/** A link out of the checkout, made as a test of the project could make it. Ends in the bench's own folder. */
const LINK = { command: ['ln', '-s', '../../..', 'out'], timeout: 60_000, network: false };

const OUTSIDE = (bench: ToolBench) => [
  '../../../evil.txt',
  join(bench.folder, 'evil.txt'),
  'out/evil.txt',
  'out/project.git/HEAD',
  '../git/HEAD',
  '.git/hooks/pre-push',
  'src/.GIT/config',
];

describe('tools that are led astray', () => {
  it('touch nothing outside the checkout, and have it told as a limit that was broken', async () => {
    await using bench = await createToolBench({ gates: { test: LINK } });
    await bench.call('run_gate', { gate: 'test' });
    for (const path of OUTSIDE(bench)) {
      const calls = [
        ['read_file', { path }],
        ['write_file', { path, text: 'evil' }],
        ['edit_file', { path, find: 'ref', replace: 'evil' }],
        ['delete_file', { path }],
      ] as const;
      for (const [name, input] of calls) {
        const error = await bench.refuse(name, input);
        expect(ruleOf(error), `${name} ${path}: ${error.message}`).to.equal('path');
        expect(error).to.have.property('target', path);
      }
    }
    const names = await readdir(bench.folder, { recursive: true });
    expect(names.filter((name) => name.includes('evil'))).to.deep.equal([]);
    expect(await readFile(join(bench.folder, 'project.git', 'HEAD'), 'utf8')).to.contain('refs/heads/main');
  });

  it('list and search nothing outside either', async () => {
    await using bench = await createToolBench({ gates: { test: LINK } });
    await bench.call('run_gate', { gate: 'test' });
    for (const path of ['..', '/etc', 'src/../..']) {
      expect(ruleOf(await bench.refuse('list_files', { path }))).to.equal('path');
      expect(ruleOf(await bench.refuse('search', { text: 'root', path }))).to.equal('path');
    }
    expect(ruleOf(await bench.refuse('search', { text: 'ref', path: '.git' }))).to.equal('path');
    expect(await bench.call('search', { text: 'refs/heads/main', path: 'out' })).to.equal('nothing found');
    expect(await bench.call('list_files', { path: 'out' })).to.equal('out');
  });

  it('say so when a file is not there', async () => {
    await using bench = await createToolBench();
    const path = 'no-such-file';
    const errors = [
      await bench.refuse('read_file', { path }),
      await bench.refuse('edit_file', { path, find: 'a', replace: 'b' }),
      await bench.refuse('delete_file', { path }),
    ];
    for (const error of errors) {
      expect(error.message).to.match(/^there is no file "no-such-file"/);
      expect(ruleOf(error)).to.equal(null);
    }
  });

  it('take no input but what they name, and none without end', async () => {
    await using bench = await createToolBench();
    const fits = (name: string, input: unknown) =>
      bench.tools.find((tool) => tool.name === name)?.input.safeParse(input).success;
    for (const [name, input] of [
      ['write_file', { path: 'a.txt' }],
      ['write_file', { path: 'a.txt', text: 'a\0' }],
      ['read_file', { path: '' }],
      ['read_file', { path: 'a'.repeat(1_001) }],
      ['read_file', { path: 'a', startLine: 0 }],
      ['list_files', { folder: 'src' }],
      ['search', { text: '' }],
      ['search', { text: 'x'.repeat(501) }],
      ['run_gate', { gate: 'deploy' }],
    ] as const) {
      expect(fits(name, input), `${name} ${JSON.stringify(input).slice(0, 80)}`).to.equal(false);
    }
  });
});
