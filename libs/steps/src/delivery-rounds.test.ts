import type { StepHandler } from '@tamma/contracts';
import { GATES, gatesMissing } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from './testing/answers.ts';
import { type Bench, createBench } from './testing/bench.ts';
import { drive } from './testing/drive.ts';
import { callTools, finish } from './testing/model.ts';
import { buildCheck, buildReview } from './testing/said.ts';
import { branchOf, seedBranch, seedPlan } from './testing/seeds.ts';

const SLOW_MS = 60_000;
const READY = { title: '{title}', labels: [], reviewers: [], teamReviewers: [], draft: false };
const REVIEWS = { required: 0, deadline: 60_000, recheck: 1000, settle: 0 };
const CI = { deadline: 60_000, recheck: 1000, grace: 0, rerunOnce: false };
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

async function createReady(): Promise<Bench> {
  const bench = await createBench({ project: { pullRequest: READY, reviews: REVIEWS, ci: CI } });
  seedPlan(bench);
  await seedBranch(bench);
  bench.stage.roles.set('maria', 'write');
  return bench;
}

/** One change by the model, and its review. */
function queueChange({ model }: Bench, text: string): void {
  model.queue(
    callTools(['write_file', { path: 'change.txt', text: `${text}\n` }]),
    finish(ANSWERS['code-generation']),
    finish(ANSWERS['code-review']),
  );
}

/** Runs the steps until one waits for the platform or stops; gives back what ran, by the ends of task ids. */
async function driveOn(bench: Bench, steps: readonly StepHandler[] = TO_MERGE): Promise<readonly string[]> {
  const ran: string[] = [];
  for (const step of steps) {
    const { outcome } = await drive(bench, step, { onStep: (name) => void ran.push(name) });
    if (outcome.kind !== 'done')
      return [...ran, outcome.kind === 'wait' ? `waits on ${outcome.on}` : outcome.kind];
  }
  return ran;
}

const inRound = (round: number, from: StepHandler, to: StepHandler) =>
  TO_MERGE.slice(TO_MERGE.indexOf(from), TO_MERGE.indexOf(to) + 1).map((step) => `${step}.${round}`);

/** What is merged passed every gate, and holds this. */
async function expectMerged(bench: Bench, text: string): Promise<void> {
  expect(await bench.repository.git('show', 'main:change.txt')).to.equal(text);
  const head = await bench.repository.git('rev-parse', 'main^2');
  expect(gatesMissing(head, GATES, bench.gates)).to.deep.equal([]);
  expect((await bench.platform.readIssue(1))?.state).to.equal('closed');
}

describe('rounds of the delivery', function () {
  this.timeout(SLOW_MS);

  it('bring a change to the merge whose checks were red, and whose reviewer wanted more', async () => {
    await using bench = await createReady();
    queueChange(bench, '1');
    bench.stage.checksElse = [buildCheck({ state: 'pending' })];
    expect((await driveOn(bench)).slice(-2)).to.deep.equal(['pull-request', 'waits on ci']);
    const first = await bench.repository.git('rev-parse', branchOf(bench));
    bench.stage.checks.set(first, [buildCheck({ state: 'failed' })]);
    queueChange(bench, '2');
    const mended = [
      'pull-request',
      ...inRound(1, 'code-generation', 'code-review'),
      'pull-request',
      'waits on ci',
    ];
    expect(await driveOn(bench, ['pull-request'])).to.deep.equal(mended);

    bench.stage.checksElse = [buildCheck()];
    bench.stage.reviews.push(buildReview());
    queueChange(bench, '3');
    const ran = await driveOn(bench, ['pull-request', 'merge-approval']);
    expect(ran).to.deep.equal([
      'pull-request',
      ...inRound(2, 'code-generation', 'code-review'),
      'pull-request',
      'merge-approval',
      'waits on approval',
    ]);
    const commit = await bench.repository.git('rev-parse', branchOf(bench));
    bench.stage.reviews.push(buildReview({ id: 'yes', state: 'approved', commit }));
    expect(await driveOn(bench, ['merge-approval', 'merge-and-close'])).to.deep.equal([
      'merge-approval',
      'merge-and-close',
    ]);
    await expectMerged(bench, '3');
    expect(await bench.readComments()).to.have.length(1);
    expect(await bench.countPullRequests()).to.equal(1);
  });

  it('put a change onto a base that moved on while it was merged, and have it judged and approved anew', async () => {
    await using bench = await createReady();
    queueChange(bench, 'ours');
    await driveOn(bench, TO_MERGE.slice(0, -1));
    await bench.repository.commit('main', { 'change.txt': 'theirs\n' });
    queueChange(bench, 'both');

    const ran = await driveOn(bench, ['merge-and-close']);

    expect(ran).to.deep.equal([
      'merge-and-close',
      ...inRound(1, 'code-generation', 'merge-approval'),
      'merge-and-close',
    ]);
    await expectMerged(bench, 'both');
    expect(await bench.repository.git('rev-list', '--count', 'main')).to.equal('4');
  });

  it('judge what a person pushed after the approval before it is merged, and merge it with the rest', async () => {
    await using bench = await createReady();
    queueChange(bench, 'ours');
    await driveOn(bench, TO_MERGE.slice(0, -1));
    await bench.repository.commit(branchOf(bench), { 'change.txt': 'a person knew better\n' });
    bench.model.queue(finish(ANSWERS['code-review']));

    const ran = await driveOn(bench, ['merge-and-close']);

    expect(ran).to.deep.equal([
      'merge-and-close',
      ...inRound(1, 'build-gate', 'merge-approval'),
      'merge-and-close',
    ]);
    await expectMerged(bench, 'a person knew better');
  });
});
