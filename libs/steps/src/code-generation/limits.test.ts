import { noChange } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { errorOf, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { callTools, finish } from '../testing/model.ts';
import { seedRounds } from '../testing/rounds.ts';
import { branchOf, seedBranch, seedChange, seedPlan } from '../testing/seeds.ts';

const ANSWER = ANSWERS['code-generation'];
const PATCH = { filesMax: 50, linesMax: 2000, allowSensitivePaths: false, protectedPaths: [] };

function queueFile({ model }: Bench, path: string, text = 'New.\n'): void {
  model.queue(callTools(['write_file', { path, text }]), finish(ANSWER));
}

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
    it(`refuses a change that ${what}, and leaves the branch alone`, async () => {
      await using bench = await createBench({ gates: { patch: { ...PATCH, ...patch } } });
      seedPlan(bench);
      const start = await seedBranch(bench);
      queueFile(bench, path, text);
      const error = errorOf(await runStep(bench, 'code-generation'));
      expect(error).to.include({ code: 'PATCH_REFUSED', class: 'gate' });
      expect(error.message).to.include(why);
      expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
    });
  }

  it('leaves limits to the gate once a person let them be broken, but never a secret', async () => {
    await using bench = await createBench({ gates: { patch: { ...PATCH, linesMax: 1 } } });
    seedPlan(bench);
    const commit = await seedChange(bench);
    const override = { by: 'ada', why: 'it is fine' };
    bench.gates.push({ gate: 'security', commit, passed: false, summary: 'too long', override });
    seedRounds(bench, 'repair', 'code-review', 1);
    queueFile(
      bench,
      'key.js',
      `export const key = '${['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_')}';\n`,
    );
    expect(errorOf(await runStep(bench, 'code-generation', { round: 1 })).code).to.equal('SECRET_IN_CHANGE');
    queueFile(bench, 'more.txt', 'Two\nlines.\n');
    expect((await runStep(bench, 'code-generation', { round: 1 })).outcome.kind).to.equal('done');
  });
});

describe('code-generation, when nothing is to be done', () => {
  const NOTHING = { ...ANSWER, noChangeNeeded: 'src/sum.js does it since #3.' };

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
    bench.model.queue(callTools(['write_file', { path: 'a.txt', text: 'A.\n' }]), finish(NOTHING));
    const { outcome } = await runStep(bench, 'code-generation');
    expect(outcome.kind === 'retry' && outcome.error).to.include({
      code: 'CHANGE_CONTRADICTORY',
      class: 'model',
    });
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(start);
  });

  it('takes no such word in a round: what was refused is to be mended', async () => {
    await using bench = await createBench();
    seedPlan(bench);
    await seedChange(bench);
    seedRounds(bench, 'ci', 'pull-request', 1);
    bench.model.queue(finish(NOTHING));
    expect(errorOf(await runStep(bench, 'code-generation', { round: 1 })).code).to.equal('EMPTY_CHANGE');
  });
});
