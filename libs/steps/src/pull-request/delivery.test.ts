import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf, runStep, typesOf, unwantedWhy } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { seedDeliverable } from '../testing/delivery.ts';
import { roundOf, seedRounds } from '../testing/rounds.ts';
import { buildCheck, buildPullRequest } from '../testing/said.ts';
import { branchOf } from '../testing/seeds.ts';

const RED = buildCheck({ state: 'failed', runId: '7', summary: '2 of 9 failed' });
const MENDING = ['code-generation', 'build-gate', 'test-gate', 'security-gate', 'code-review'];

const PLAIN = {
  title: '{title} (#{issue})',
  labels: [],
  reviewers: [],
  teamReviewers: [],
  draft: true,
};

/** A bench on a platform that checks commits, and the head to deliver. */
async function createChecked(options: Parameters<typeof createBench>[0] = {}) {
  const bench = await createBench(options);
  bench.stage.checksElse = [];
  return {
    bench,
    headCommit: await seedDeliverable(bench),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
}

const run = (bench: Bench, isTimeUp = false) => runStep(bench, 'pull-request', { isTimeUp });

async function readOne(bench: Bench) {
  const found = await bench.platform.readPullRequest(1);
  if (found === null) throw new Error('there is no pull request');
  return found;
}

describe('pull-request, on a platform with checks', () => {
  it('opens a draft, waits for its checks, makes it ready and waits for those that begin with that', async () => {
    await using made = await createChecked({
      project: { pullRequest: { ...PLAIN, reviewers: ['maria'], labels: ['bot'] } },
    });
    const { bench, headCommit } = made;
    const first = await run(bench);
    expect(first.outcome).to.include({ kind: 'wait', on: 'ci', key: `${headCommit}:grace` });
    expect(await readOne(bench)).to.include({ isDraft: true, headCommit });
    expect(bench.stage.marks).to.deep.equal([{ labels: ['bot'], reviewers: [], teamReviewers: [] }]);

    bench.stage.checks.set(headCommit, [buildCheck({ state: 'pending' })]);
    expect((await run(bench)).outcome).to.include({ on: 'ci', key: headCommit });
    bench.stage.checks.set(headCommit, [buildCheck()]);
    const ready = await run(bench);
    expect(ready.outcome).to.include({ on: 'ci', key: `${headCommit}:ready` });
    expect(ready.facts).to.deep.equal([
      { type: 'PR.READY.SUCCESS', data: { number: 1, commit: headCommit } },
    ]);
    expect((await readOne(bench)).isDraft).to.equal(false);
    expect(bench.stage.marks.at(-1)).to.deep.equal({ labels: [], reviewers: ['maria'], teamReviewers: [] });

    const last = await run(bench, true);
    expect(last.outcome).to.deep.equal(done({ number: 1, url: (await readOne(bench)).url, headCommit }));
    expect(typesOf(last)).to.deep.equal(['CI.RAN.SUCCESS']);
    expect(bench.stage.marks).to.have.length(2);
    expect(await bench.countPullRequests()).to.equal(1);
  });

  it('asks a person when somebody points it at another branch', async () => {
    await using made = await createChecked();
    const { bench } = made;
    await run(bench);
    const readPullRequest = async (number: number) => {
      const found = await bench.platform.readPullRequest(number);
      return found === null ? null : { ...found, base: 'release' };
    };
    const platform = { ...bench.platform, readPullRequest };
    expect(errorOf(await attempt(bench, 'pull-request', { platform }))).to.include({ code: 'BASE_CHANGED' });
  });

  it('counts a commit that nobody checks as unchecked after the grace, and never calls it green', async () => {
    await using made = await createChecked({ project: { pullRequest: { ...PLAIN, draft: false } } });
    const { bench } = made;
    expect((await run(bench)).outcome).to.include({ on: 'ci', atDeadline: 'run' });
    expect((await readOne(bench)).isDraft).to.equal(false);
    const last = await run(bench, true);
    expect(last.outcome.kind).to.equal('done');
    expect(typesOf(last)).not.to.include('CI.RAN.SUCCESS');
  });

  it('runs red checks again once, then has them repaired with the end of their logs', async () => {
    await using made = await createChecked();
    const { bench, headCommit } = made;
    bench.stage.checks.set(headCommit, [RED]);
    bench.stage.checkLogs.set('7', `${'x'.repeat(40_000)}AssertionError: 3 is not 4`);
    const first = await run(bench);
    expect(first.outcome).to.include({ on: 'ci', key: `${headCommit}:rerun` });
    expect(typesOf(first)).to.include('CI.RAN.FAILED');
    expect((await run(bench)).outcome).to.include({ key: `${headCommit}:rerun` });
    bench.stage.checks.set(headCommit, [{ ...RED, attempt: 2 }]);

    const second = await run(bench);

    expect(bench.stage.reruns).to.deep.equal([['test']]);
    expect(roundOf(second)).to.deep.equal({ kind: 'ci', steps: MENDING });
    const log = second.artifacts.get('ci.log') ?? '';
    expect(log)
      .to.match(/^# Red checks: test\n\n## test\n\n2 of 9 failed\n/)
      .and.match(/3 is not 4\n$/);
    expect(log.length).to.be.below(33_000);
  });

  it('has red checks repaired at once when the platform does not run them again', async () => {
    await using made = await createChecked();
    made.bench.stage.checksElse = Array.from({ length: 5 }, (_, i) => ({ ...RED, name: `check ${i}` }));
    made.bench.stage.canRerun = false;
    const sent = await run(made.bench);
    expect(roundOf(sent).kind).to.equal('ci');
    expect(sent.artifacts.get('ci.log')?.match(/^## /gm)).to.have.length(3);
  });

  it('escalates with what is red after three rounds', async () => {
    await using made = await createChecked();
    made.bench.stage.checksElse = [{ ...RED, attempt: 2 }];
    seedRounds(made.bench, 'ci', 'pull-request');
    const error = errorOf(await run(made.bench));
    expect(error).to.include({ code: 'CI_FAILED', class: 'gate' });
    expect(error.message).to.match(/red on \w{7}: test; 3 rounds/);
  });

  for (const [what, mergeability, isStrict] of [
    ['it conflicts with the base', 'conflict', false],
    ['the base moved on and its latest commit is demanded', 'behind', true],
  ] as const) {
    it(`has the change put onto the base when ${what}, and escalates after three times`, async () => {
      await using made = await createChecked();
      const { bench } = made;
      bench.stage.mergeability = mergeability;
      bench.stage.protection = { ...bench.stage.protection, isStrict };
      expect(roundOf(await run(bench))).to.deep.equal({ kind: 'rebase', steps: MENDING });
      expect(await bench.countPullRequests()).to.equal(1);
      seedRounds(bench, 'rebase', 'pull-request', 2);
      expect(errorOf(await run(bench)).code).to.equal('REBASE_ROUNDS_EXHAUSTED');
    });
  }

  it('waits for the approvals of that very commit that the protection or the project demands', async () => {
    await using made = await createChecked();
    const { bench, headCommit } = made;
    bench.stage.checksElse = null;
    bench.stage.protection = { ...bench.stage.protection, requiredReviews: 1 };
    for (let look = 1; look <= 2; look += 1) {
      const { outcome } = await run(bench);
      expect(outcome).to.include({ kind: 'wait', on: 'review', key: headCommit, forMs: 7 * 86_400_000 });
    }
  });

  describe('gives the work up', () => {
    it('when a person closed the pull request, and opens no second one', async () => {
      await using made = await createChecked();
      await run(made.bench);
      await made.bench.platform.closePullRequest(1);
      expect(unwantedWhy(await run(made.bench))).to.equal('pull request #1 was closed by a person');
      expect(await made.bench.countPullRequests()).to.equal(1);
    });

    it('when the issue was edited, which is told', async () => {
      await using made = await createChecked();
      await made.bench.writeIssue({ body: 'The library needs something else now, with more words.' });
      const stopped = await run(made.bench);
      expect(unwantedWhy(stopped)).to.match(/^the issue was edited/);
      expect(typesOf(stopped)).to.deep.equal(['ISSUE.EDITED.SUCCESS']);
      expect(await made.bench.countPullRequests()).to.equal(0);
    });

    it('when somebody who may opened another one that closes the issue; nobody else stops it so', async () => {
      await using made = await createChecked();
      const { bench } = made;
      bench.stage.others.push(buildPullRequest({ body: 'Fixes #1', author: 'visitor', isFromFork: true }));
      bench.stage.roles.set('ada', 'write');
      expect((await attempt(bench, 'pull-request')).outcome.kind).to.equal('wait');
      expect(await bench.countPullRequests()).to.equal(1);
      bench.stage.others.push(buildPullRequest({ number: 78, body: 'Fixes #1' }));
      expect((await attempt(bench, 'pull-request')).outcome.kind).to.equal('wait');
    });

    it('before it opens one of its own', async () => {
      await using made = await createChecked();
      const { bench } = made;
      bench.stage.roles.set('ada', 'write');
      bench.stage.others.push(buildPullRequest({ body: 'Fixes #1' }));
      expect(unwantedWhy(await run(bench))).to.equal('pull request #77 of "ada" closes the issue');
      expect(await bench.countPullRequests()).to.equal(0);
    });
  });

  it('is done when a person merged it by hand, whatever became of the branch', async () => {
    await using made = await createChecked();
    const { bench, headCommit } = made;
    await run(bench);
    await bench.platform.setDraft(1, 'ready');
    await bench.platform.mergePullRequest({ number: 1, headCommit, message: 'Mine', method: 'merge' });
    await bench.platform.deleteBranch(branchOf(bench), headCommit);
    const { outcome } = await run(bench);
    expect(outcome).to.deep.include({ kind: 'done' });
  });

  it('does nothing twice, however often it is cut off', async () => {
    await using made = await createChecked({ project: { pullRequest: { ...PLAIN, labels: ['bot'] } } });
    const { bench, headCommit } = made;
    bench.stage.checks.set(headCommit, [buildCheck()]);
    await attempt(bench, 'pull-request');
    await attempt(bench, 'pull-request');
    await run(bench);
    expect((await run(bench, true)).outcome.kind).to.equal('done');
    expect((await run(bench)).outcome.kind).to.equal('done');
    expect(await bench.countPullRequests()).to.equal(1);
  });

  it('refuses to guess what it did when its record is broken', async () => {
    await using made = await createChecked();
    made.bench.artifacts.set('delivery.json', '{"number": "one"');
    const thrown = await attempt(made.bench, 'pull-request').catch((error: unknown) => error);
    expect(thrown).to.include({ code: 'DELIVERY_RECORD_BROKEN', class: 'system' });
  });
});
