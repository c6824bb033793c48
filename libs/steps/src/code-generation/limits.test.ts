import { noChange } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { errorOf, runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { callTools, finish, refuse, toolAnswers } from '../testing/model.ts';
import { seedRounds } from '../testing/rounds.ts';
import { branchOf, seedBranch, seedChange, seedPlan } from '../testing/seeds.ts';

const ANSWER = ANSWERS['code-generation'];
const PATCH = { filesMax: 50, linesMax: 2000, allowSensitivePaths: false, protectedPaths: [] };

/** A command of the project that writes a file: what the model's own tools would refuse comes about that way. */
function writing(path: string, text: string) {
  const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1"';
  return { command: ['sh', '-c', script, 'sh', path, text], timeout: 60_000 };
}

const RUN = callTools(['run_gate', { gate: 'build' }]);

describe('code-generation, before it pushes', () => {
  for (const { what, path, text, patch, why } of [
    { what: 'steers builds', path: '.github/workflows/ci.yml', patch: {}, why: '.github/workflows/ci.yml' },
    {
      what: 'the project protects',
      path: 'ops/a/b.tf',
      patch: { protectedPaths: ['ops/**'] },
      why: 'ops/a/b.tf',
    },
    {
      what: 'is too long',
      path: 'a.txt',
      text: 'x\n'.repeat(9),
      patch: { linesMax: 8 },
      why: '9 lines changed',
    },
  ]) {
    it(`has the model take back a change that ${what}, and leaves the branch alone`, async () => {
      const build = writing(path, text ?? 'New.\n');
      await using bench = await createBench({ gates: { build, patch: { ...PATCH, ...patch } } });
      seedPlan(bench);
      const start = await seedBranch(bench);
      bench.model.queue(RUN, finish(ANSWER), refuse());
      expect(errorOf(await runStep(bench, 'code-generation')).code).to.equal('AI_REFUSED');
      expect(toolAnswers(bench.model.requests[2])[0])
        .to.include('The whole change is not allowed')
        .and.include(why);
      expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
    });
  }

  it('refuses what git alone sees to be too long, tells of it, and leaves the branch alone', async () => {
    const lines = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
    const text = `${lines.toReversed().join('\n')}\n`;
    await using bench = await createBench({
      files: { 'a.txt': `${lines.join('\n')}\n` },
      gates: { patch: { ...PATCH, linesMax: 8 } },
    });
    seedPlan(bench);
    const start = await seedBranch(bench);
    bench.model.queue(callTools(['write_file', { path: 'a.txt', text }]), finish(ANSWER));
    const made = await runStep(bench, 'code-generation');
    expect(errorOf(made)).to.include({ code: 'PATCH_REFUSED', class: 'gate' });
    expect(made.facts.at(-1)?.type).to.equal('AI.ACTION.REFUSED');
    expect(made.facts.at(-1)?.data).to.include({ action: 'push', rule: 'patch', target: branchOf(bench) });
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });

  it('leaves limits to the gate once a person let them be broken, but never a secret', async () => {
    const key = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
    const build = writing('key.js', `export const key = '${key}';\n`);
    await using bench = await createBench({ gates: { build, patch: { ...PATCH, linesMax: 1 } } });
    seedPlan(bench);
    const commit = await seedChange(bench);
    const override = { by: 'ada', why: 'it is fine' };
    bench.gates.push({ gate: 'security', commit, passed: false, summary: 'too long', override });
    seedRounds(bench, 'repair', 'code-review', 1);
    bench.model.queue(RUN, finish(ANSWER));
    expect(errorOf(await runStep(bench, 'code-generation', { round: 1 })).code).to.equal('SECRET_IN_CHANGE');
    bench.model.queue(callTools(['write_file', { path: 'more.txt', text: 'Two\nlines.\n' }]), finish(ANSWER));
    expect((await runStep(bench, 'code-generation', { round: 1 })).outcome.kind).to.equal('done');
  });
});

describe('code-generation, once a person let limits be broken', () => {
  const CI = '.github/workflows/ci.yml';

  it('still pushes no path that steers builds, unless it lay there before', async () => {
    const build = writing(CI, 'on: push\n');
    await using bench = await createBench({ gates: { build } });
    seedPlan(bench);
    const commit = await seedChange(bench, { [CI]: "a person's\n" });
    const override = { by: 'ada', why: 'I changed it' };
    bench.gates.push({ gate: 'security', commit, passed: false, summary: CI, override });
    seedRounds(bench, 'repair', 'code-review', 1);
    bench.model.queue(RUN, finish(ANSWER), refuse());
    expect(errorOf(await runStep(bench, 'code-generation', { round: 1 })).code).to.equal('AI_REFUSED');
    expect(toolAnswers(bench.model.requests[2])[0]).to.include(`protected path changed: ${CI}`);
    bench.model.queue(callTools(['write_file', { path: 'a.txt', text: 'A.\n' }]), finish(ANSWER));
    expect((await runStep(bench, 'code-generation', { round: 1 })).outcome.kind).to.equal('done');
  });
});

describe('code-generation, when nothing is to be done', () => {
  const NOTHING = { ...ANSWER, outcome: 'no-change-needed', noChangeNeeded: 'src/sum.js does it since #3.' };

  it('ends with what the model says why, and leaves the branch alone', async () => {
    await using bench = await createBench();
    seedPlan(bench);
    const start = await seedBranch(bench);
    bench.model.queue(finish(NOTHING));
    const { outcome } = await runStep(bench, 'code-generation');
    expect(outcome).to.deep.equal(noChange('src/sum.js does it since #3.'));
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });

  it('takes no such word from a model that changed something', async () => {
    await using bench = await createBench();
    seedPlan(bench);
    const start = await seedBranch(bench);
    bench.model.queue(
      callTools(['write_file', { path: 'a.txt', text: 'A.\n' }]),
      finish(NOTHING),
      callTools(['delete_file', { path: 'a.txt' }]),
      finish(NOTHING),
    );
    const { outcome } = await runStep(bench, 'code-generation');
    expect(toolAnswers(bench.model.requests[2])[0]).to.include('no change is needed, and changed a.txt');
    expect(outcome).to.deep.equal(noChange('src/sum.js does it since #3.'));
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });

  it('goes by the files where a model fills in why, and says that it changed them', async () => {
    await using bench = await createBench();
    seedPlan(bench);
    await seedBranch(bench);
    const filled = { ...NOTHING, outcome: 'changed' };
    bench.model.queue(
      finish(filled),
      callTools(['write_file', { path: 'a.txt', text: 'A.\n' }]),
      finish(filled),
    );
    expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
    expect(toolAnswers(bench.model.requests[1])[0]).to.include('No file is changed.');
  });

  it('takes no such word in a round: what was refused is to be mended', async () => {
    await using bench = await createBench();
    seedPlan(bench);
    await seedChange(bench);
    seedRounds(bench, 'ci', 'pull-request', 1);
    bench.model.queue(finish(NOTHING), refuse());
    expect(errorOf(await runStep(bench, 'code-generation', { round: 1 })).code).to.equal('AI_REFUSED');
    expect(toolAnswers(bench.model.requests[1])[0]).to.include('No file is changed.');
  });
});
