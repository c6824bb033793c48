import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { roundOf, seedRounds } from '../testing/rounds.ts';
import { branchOf, seedChange } from '../testing/seeds.ts';

const MINUTE_MS = 60_000;
const PATCH = { filesMax: 2, linesMax: 5, allowSensitivePaths: false, protectedPaths: [] };
/** In the form of a real token, and not one: put together so that no scanner takes this file for a leak. */
const SECRET = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const FINE = 'no secrets, every patch limit kept';

describe('security-gate', () => {
  it('passes a small change without secrets, and keeps the verdict for that commit', async () => {
    await using bench = await createBench({ gates: { patch: PATCH } });
    const commit = await seedChange(bench);

    const made = await runStep(bench, 'security-gate');

    expect(made.outcome).to.deep.equal(done({ commit, summary: FINE }));
    expect(made.gates).to.deep.equal([{ gate: 'security', commit, passed: true, summary: FINE }]);
    expect([...made.artifacts]).to.deep.equal([['security.log', `${FINE}\n`]]);
    expect(made.facts.map(({ type }) => type)).to.deep.equal(['GATE.RAN.SUCCESS']);
  });

  const broken = [
    {
      what: 'a protected path',
      files: { '.github/workflows/ci.yml': 'on: push\n' },
      why: 'protected paths changed: .github/workflows/ci.yml',
    },
    {
      what: 'too many files',
      files: { 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n' },
      why: '3 files changed, at most 2 are allowed',
    },
    {
      what: 'too many lines',
      files: { 'a.txt': '1\n2\n3\n4\n5\n6\n' },
      why: '6 lines changed, at most 5 are allowed',
    },
    { what: 'nothing at all', files: {}, why: 'the change is empty' },
  ];
  for (const { what, files, why } of broken) {
    it(`refuses a change of ${what}`, async () => {
      await using bench = await createBench({ gates: { patch: PATCH } });
      const commit = await seedChange(bench, files);

      const made = await runStep(bench, 'security-gate');

      const message = `the security gate failed on ${commit.slice(0, 7)}: ${why}`;
      expect(errorOf(made)).to.include({ code: 'SECURITY_FAILED', class: 'gate', message });
      expect(made.artifacts.get('security.log')).to.equal(`${why}\n`);
      expect(made.gates).to.deep.equal([{ gate: 'security', commit, passed: false, summary: why }]);
      expect(made.facts.map(({ type }) => type)).to.deep.equal(['GATE.RAN.FAILED']);
    });
  }

  it('lets protected paths pass where the project allows them', async () => {
    await using bench = await createBench({
      gates: { patch: { ...PATCH, allowSensitivePaths: true, protectedPaths: [] } },
    });
    await seedChange(bench, { '.github/workflows/ci.yml': 'on: push\n' });
    expect((await runStep(bench, 'security-gate')).outcome.kind).to.equal('done');
  });

  it('finds a secret that a commit added and a later one took out again, and does not repeat it', async () => {
    await using bench = await createBench();
    await seedChange(bench, { 'src/config.js': `export const token = '${SECRET}';\n` });
    await bench.repository.commit(branchOf(bench), { 'src/config.js': 'export const token = null;\n' });

    const made = await runStep(bench, 'security-gate');

    expect(errorOf(made).message).to.include('src/config.js:1 looks like a secret (github/');
    expect(JSON.stringify([made, ...made.artifacts])).not.to.include(SECRET);
  });

  it("runs the project's own scanner, and has repaired what that refuses", async () => {
    const security = { command: ['sh', '-c', 'echo 1 critical; exit 2'], timeout: MINUTE_MS };
    await using bench = await createBench({ gates: { security } });
    await seedChange(bench);

    const made = await runStep(bench, 'security-gate');

    expect(roundOf(made)).to.deep.equal({
      kind: 'repair',
      steps: ['code-generation', 'build-gate', 'test-gate'],
    });
    const why = made.outcome.kind === 'wait' && made.outcome.why;
    expect(why).to.include('"sh -c echo 1 critical; exit 2" ended with exit code 2');
    expect(made.artifacts.get('security.log')).to.match(/exit code 2\n1 critical\n$/);
    expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
  });

  it('escalates what the scanner refuses once the rounds of repair are used up', async () => {
    const security = { command: ['false'], timeout: MINUTE_MS };
    await using bench = await createBench({ gates: { security } });
    await seedChange(bench);
    seedRounds(bench, 'repair', 'test-gate');

    const error = errorOf(await runStep(bench, 'security-gate'));

    expect(error).to.include({ code: 'SECURITY_FAILED', class: 'gate' });
    expect(error.message).to.include('after 3 rounds of repair: "false" ended');
  });

  it('escalates at once over a scanner that is not there', async () => {
    const security = { command: ['sh', '-c', 'no-such-scanner'], timeout: MINUTE_MS };
    await using bench = await createBench({ gates: { security } });
    await seedChange(bench);

    expect(errorOf(await runStep(bench, 'security-gate'))).to.include({ code: 'SECURITY_FAILED' });
  });

  it("passes with the project's own scanner green, and keeps what it printed", async () => {
    const security = { command: ['echo', 'nothing found'], timeout: MINUTE_MS };
    await using bench = await createBench({ gates: { security } });
    await seedChange(bench);

    const made = await runStep(bench, 'security-gate');

    expect(made.outcome.kind).to.equal('done');
    expect(made.artifacts.get('security.log')).to.equal(`${FINE}\nnothing found\n`);
  });

  it('names everything that is wrong at once', async () => {
    const security = { command: ['false'], timeout: MINUTE_MS };
    await using bench = await createBench({ gates: { security, patch: PATCH } });
    await seedChange(bench, { '.gitattributes': '1\n2\n3\n4\n5\n', 'key.txt': `${SECRET}\n` });

    const { message } = errorOf(await runStep(bench, 'security-gate'));

    for (const part of ['6 lines changed', '.gitattributes', 'key.txt:1 looks like', '"false" ended']) {
      expect(message).to.include(part);
    }
  });

  it('inspects nothing again when a pass on this very commit is on record', async () => {
    await using bench = await createBench({ gates: { patch: { ...PATCH, filesMax: 1 } } });
    const commit = await seedChange(bench, { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    bench.gates.push({ gate: 'security', commit, passed: true, summary: 'passed before' });

    const made = await runStep(bench, 'security-gate');

    expect(made.outcome).to.deep.equal(done({ commit, summary: 'passed before' }));
    expect(made.gates).to.deep.equal([]);
  });

  it('takes no pass on another commit for one on this', async () => {
    await using bench = await createBench({ gates: { patch: { ...PATCH, filesMax: 1 } } });
    const commit = await seedChange(bench, { 'a.txt': 'a\n' });
    bench.gates.push({ gate: 'security', commit, passed: true, summary: 'passed before' });
    await bench.repository.commit(branchOf(bench), { 'b.txt': 'b\n' });

    expect(errorOf(await runStep(bench, 'security-gate')).message).to.include('2 files changed');
  });

  it('gives the same verdict when an attempt before it died', async () => {
    await using bench = await createBench();
    await seedChange(bench);

    const lost = await attempt(bench, 'security-gate');
    const kept = await runStep(bench, 'security-gate');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect(bench.gates).to.deep.equal(lost.gates);
  });
});
