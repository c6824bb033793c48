import type { StepHandler } from '@tamma/contracts';
import { GATES, gatesMissing } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from './testing/answers.ts';
import { errorOf } from './testing/attempt.ts';
import { type Bench, type BenchOptions, createBench } from './testing/bench.ts';
import { drive } from './testing/drive.ts';
import { callTools, finish } from './testing/model.ts';
import { branchOf, seedBranch, seedPlan } from './testing/seeds.ts';

const SLOW_MS = 60_000;
const MINUTE_MS = 60_000;
const TO_MERGE: readonly StepHandler[] = [
  'code-generation',
  'build-gate',
  'test-gate',
  'security-gate',
  'code-review',
  'pull-request',
  'merge-approval',
  'merge-and-close',
];

/** A gate that looks at the one file the model writes, and refuses it for a letter. */
const refusing = (letter: string) => ({
  command: ['sh', '-c', `! grep -q ${letter} change.txt`],
  timeout: MINUTE_MS,
});
const GATED: BenchOptions = {
  gates: { build: refusing('B'), test: refusing('T'), security: refusing('S') },
};

/** One run of code generation for each text; the letters in it say which gates refuse it. */
function queueChanges({ model }: Bench, ...texts: readonly string[]): void {
  for (const text of texts) {
    model.queue(
      callTools(['write_file', { path: 'change.txt', text: `${text}\n` }]),
      finish(ANSWERS['code-generation']),
    );
  }
}

async function driveAll(bench: Bench, steps: readonly StepHandler[] = TO_MERGE) {
  const ran: string[] = [];
  for (const step of steps) {
    const made = await drive(bench, step, { onStep: (name) => void ran.push(name) });
    if (made.outcome.kind !== 'done') return { ran, made };
  }
  return { ran, made: null };
}

async function createReady(options: BenchOptions = GATED): Promise<Bench> {
  const bench = await createBench(options);
  seedPlan(bench);
  await seedBranch(bench);
  return bench;
}

/** What is merged passed every gate; what was left behind on the way did not. */
async function expectMerged(bench: Bench, text: string): Promise<void> {
  expect(await bench.repository.git('show', 'main:change.txt')).to.equal(text);
  const head = await bench.repository.git('rev-parse', 'main^2');
  expect(gatesMissing(head, GATES, bench.gates)).to.deep.equal([]);
}

describe('rounds of repair', function () {
  this.timeout(SLOW_MS);

  it('bring a change to the merge that a gate refused, judged again by every gate above', async () => {
    await using bench = await createReady();
    queueChanges(bench, '1T', '2');
    bench.model.queue(finish(ANSWERS['code-review']));

    const { ran, made } = await driveAll(bench);

    expect(made?.outcome).to.equal(undefined);
    expect(ran.slice(1, 7)).to.deep.equal([
      'build-gate',
      'test-gate',
      'code-generation.1',
      'build-gate.1',
      'test-gate',
      'security-gate',
    ]);
    await expectMerged(bench, '2');
  });

  it('let a gate inside a round ask for one of its own', async () => {
    await using bench = await createReady();
    queueChanges(bench, '1S', '2T', '3B', '4');
    bench.model.queue(finish(ANSWERS['code-review']));

    const { ran, made } = await driveAll(bench);

    expect(made?.outcome).to.equal(undefined);
    expect(ran.slice(3, 14)).to.deep.equal([
      'security-gate',
      'code-generation.1',
      'build-gate.1',
      'test-gate.1',
      'code-generation.2',
      'build-gate.2',
      'code-generation.3',
      'build-gate.2',
      'test-gate.1',
      'security-gate',
      'code-review',
    ]);
    await expectMerged(bench, '4');
  });

  it('end with a person after three, whichever gates asked, and nothing is merged', async () => {
    await using bench = await createReady();
    queueChanges(bench, '1S', '2T', '3B', '4B');

    const { made } = await driveAll(bench);

    if (made === null) throw new Error('the change was merged');
    expect(errorOf(made)).to.include({ code: 'BUILD_FAILED' });
    expect(errorOf(made).message).to.include('after 3 rounds of repair');
    expect(await bench.countPullRequests()).to.equal(0);
  });

  it('mend what the review found, run all gates again, and review the new head', async () => {
    await using bench = await createReady();
    const serious = { severity: 'serious', path: 'change.txt', line: 1, note: 'it says 1' };
    queueChanges(bench, '1');
    bench.model.queue(finish({ ...ANSWERS['code-review'], findings: [serious] }));
    queueChanges(bench, '2T', '3');
    bench.model.queue(finish(ANSWERS['code-review']));

    const { ran, made } = await driveAll(bench);

    expect(made?.outcome).to.equal(undefined);
    expect(ran.slice(4, 13)).to.deep.equal([
      'code-review',
      'code-generation.1',
      'build-gate.1',
      'test-gate.1',
      'code-generation.2',
      'build-gate.2',
      'test-gate.1',
      'security-gate.1',
      'code-review',
    ]);
    const keys = bench.model.requests.map(({ purpose }) => `${purpose.step}.${purpose.round}`);
    expect([...new Set(keys)]).to.deep.equal([
      'code-generation.0',
      'code-review.0',
      'code-generation.1',
      'code-generation.2',
      'code-review.1',
    ]);
    await expectMerged(bench, '3');
  });

  it('judge a head that somebody moved after the gates above had passed, and merge what they added with it', async () => {
    await using bench = await createReady();
    queueChanges(bench, '1T', '2');
    bench.model.queue(finish(ANSWERS['code-review']));
    bench.model.queue(finish(ANSWERS['code-review']));
    await driveAll(bench, TO_MERGE.slice(0, 3));
    await bench.repository.commit(branchOf(bench), { 'mine.txt': 'Mine.\n' });

    const { ran, made } = await driveAll(bench, TO_MERGE.slice(3));

    expect(made?.outcome).to.equal(undefined);
    expect(ran).to.deep.equal([
      'security-gate',
      'code-review',
      'pull-request',
      'build-gate.2',
      'test-gate.2',
      'security-gate.2',
      'code-review.2',
      'pull-request',
      'merge-approval',
      'merge-and-close',
    ]);
    await expectMerged(bench, '2');
    expect(await bench.repository.git('show', 'main:mine.txt')).to.equal('Mine.');
  });
});
