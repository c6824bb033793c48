import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..');

/** Runs mocha with the house's configuration in a folder that holds one test file, or none. */
async function mocha(folder, test, environment = {}) {
  if (test !== null) await writeFile(join(folder, 'one.test.mjs'), test);
  const results = join(folder, 'results');
  await mkdir(results);
  const args = [
    join(ROOT, 'node_modules/mocha/bin/mocha.js'),
    '--config',
    join(ROOT, '.mocharc.mjs'),
    '*.test.mjs',
  ];
  const env = { ...process.env, TAMMA_TEST_RESULTS: results, ...environment };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' });
  const [exitCode] = await once(child, 'exit');
  const written = await readFile(join(results, `${basename(folder)}.json`), 'utf8').catch(() => null);
  return { exitCode, written };
}

describe('mocha in this house', () => {
  it('leaves the number of tests that passed, and what failed for what reason', async () => {
    await using folder = await testFolder();
    const test =
      'it("a", () => {}); it("b", () => {}); describe("c", () => it("d", () => { throw new Error("e"); }));';
    const { exitCode, written } = await mocha(folder.path, test);
    expect(exitCode).to.equal(1);
    const { passes, failures } = JSON.parse(written);
    expect(passes).to.equal(2);
    expect(failures).to.have.length(1);
    expect(failures[0].title).to.equal('c d');
    expect(failures[0].reason).to.match(/^Error: e\n {4}at .*one\.test\.mjs/);
  });

  it('ends with a failure, instead of waiting, when tests leave something open', async () => {
    await using folder = await testFolder();
    const { exitCode, written } = await mocha(
      folder.path,
      'it("a", () => { setInterval(() => {}, 1_000); });',
      { TAMMA_TEST_LINGER_MAX_MS: '500' },
    );
    expect(exitCode).to.equal(1);
    const { passes, failures } = JSON.parse(written);
    expect(passes).to.equal(1);
    expect(failures[0].reason).to.match(/^tests left something open: .*Timeout/);
  });

  it('says what is open long before that, and does not fail when it closes by itself', async () => {
    await using folder = await testFolder();
    const { exitCode, written } = await mocha(
      folder.path,
      'it("a", () => { setTimeout(() => {}, 2_000); });',
      {
        TAMMA_TEST_LINGER_SAID_MS: '50',
      },
    );
    expect(exitCode).to.equal(0);
    expect(JSON.parse(written)).to.deep.equal({ passes: 1, failures: [], lingered: 'Timeout' });
  });

  it('fails when a promise is rejected that nobody handles, and says which test ran then', async () => {
    for (const [title, test] of [
      ['a', 'it("a", () => { Promise.reject(new Error("stray")); });'],
      [
        'b',
        'let stray; it("a", () => { stray = () => Promise.reject("stray"); }); it("b", () => new Promise(() => { setTimeout(stray); }));',
      ],
      [
        'the end of the process',
        'it("a", () => { setTimeout(() => Promise.reject(new Error("stray")), 100); });',
      ],
    ]) {
      await using folder = await testFolder();
      const { exitCode, written } = await mocha(folder.path, test);
      expect(exitCode, test).not.to.equal(0);
      const { failures } = JSON.parse(written);
      expect(failures.map((failure) => failure.title)).to.deep.equal([title]);
      expect(failures[0].reason).to.contain('nobody handled it: ').and.contain('stray');
    }
  });

  it('leaves alone a promise that is handled later in the same turn', async () => {
    await using folder = await testFolder();
    const test =
      'it("a", async () => { const late = Promise.reject(new Error("late")); await null; await late.catch(() => {}); });';
    expect((await mocha(folder.path, test)).exitCode).to.equal(0);
  });

  it('fails when there are no tests, and when one is skipped or runs alone', async () => {
    for (const test of [
      null,
      '// empty',
      'it.skip("a", () => {});',
      'it.only("a", () => {}); it("b", () => {});',
    ]) {
      await using folder = await testFolder();
      expect((await mocha(folder.path, test)).exitCode, String(test)).not.to.equal(0);
    }
  });
});
