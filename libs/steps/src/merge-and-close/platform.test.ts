import { done, TammaError } from '@tamma/domain';
import type { MergeResult } from '@tamma/git-platform';
import { expect } from 'chai';
import { attempt, errorOf, runStep, typesOf, unwantedWhy } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { roundOf, seedRounds } from '../testing/rounds.ts';
import { buildCheck, buildRemark, buildReview } from '../testing/said.ts';
import { branchOf, seedPullRequest } from '../testing/seeds.ts';

const JUDGES = ['build-gate', 'test-gate', 'security-gate', 'code-review'];
const DELIVERY = ['pull-request', 'merge-approval'];
const ALL = ['code-generation', ...JUDGES, ...DELIVERY];

const run = (bench: Bench, isTimeUp = false) => runStep(bench, 'merge-and-close', { isTimeUp });
const refused = (why: Extract<MergeResult, { kind: 'refused' }>['why']): MergeResult => ({
  kind: 'refused',
  why,
  detail: 'for a reason',
});

describe('merge-and-close, on a platform that has a say in it', () => {
  it('waits while the rules want something first, looks again, and merges once they are content', async () => {
    await using bench = await createBench();
    const { headCommit } = await seedPullRequest(bench);
    for (const on of ['ci', 'review'] as const) {
      bench.stage.mergeAnswer = { kind: 'blocked', on, detail: 'one approval is missing' };
      const { outcome, facts } = await run(bench);
      expect(outcome).to.include({ kind: 'wait', on, key: headCommit });
      expect(outcome).to.have.property('recheckMs').above(0);
      expect(facts).to.deep.equal([]);
    }
    bench.stage.mergeAnswer = null;
    expect((await run(bench)).outcome.kind).to.equal('done');
  });

  it('awaits a merge queue, and believes only what the pull request shows', async () => {
    await using bench = await createBench();
    const { headCommit } = await seedPullRequest(bench);
    bench.stage.mergeAnswer = { kind: 'queued', detail: 'second in line' };
    expect((await run(bench)).outcome).to.include({ kind: 'wait', on: 'ci', key: 'queue' });
    expect((await bench.platform.readIssue(1))?.state).to.equal('open');
    bench.stage.mergeAnswer = null;
    await bench.platform.mergePullRequest({
      number: 1,
      headCommit,
      message: 'By the queue',
      method: 'merge',
    });
    const merges = bench.stage.merges.length;
    expect((await run(bench)).outcome.kind).to.equal('done');
    expect(bench.stage.merges).to.have.length(merges);
    expect((await bench.platform.readIssue(1))?.state).to.equal('closed');
  });

  for (const { why, kind, steps, code } of [
    { why: 'conflict', kind: 'rebase', steps: ALL, code: 'REBASE_ROUNDS_EXHAUSTED' },
    { why: 'base-moved', kind: 'rebase', steps: ALL, code: 'REBASE_ROUNDS_EXHAUSTED' },
    { why: 'head-moved', kind: 'regate', steps: [...JUDGES, ...DELIVERY], code: 'GATES_MISSING' },
  ] as const) {
    it(`sends the change back for a ${kind} when the platform says ${why}, three times at most`, async () => {
      await using bench = await createBench();
      await seedPullRequest(bench);
      bench.stage.mergeAnswer = refused(why);
      const main = await bench.repository.git('rev-parse', 'main');
      expect(roundOf(await run(bench))).to.deep.equal({ kind, steps });
      seedRounds(bench, kind, 'merge-and-close', 2);
      expect(errorOf(await run(bench))).to.include({ code, class: 'conflict' });
      expect(errorOf(await run(bench)).message).to.include('for a reason; 3 rounds');
      expect(await bench.repository.git('rev-parse', 'main')).to.equal(main);
      expect((await bench.platform.readIssue(1))?.state).to.equal('open');
    });
  }

  it('finds by itself that a head was pushed to, or conflicts with its base', async () => {
    await using moved = await createBench();
    await seedPullRequest(moved);
    await moved.repository.commit(branchOf(moved), { 'late.txt': 'Late.\n' });
    expect(roundOf(await run(moved)).kind).to.equal('regate');
    await using conflicting = await createBench();
    await seedPullRequest(conflicting);
    await conflicting.repository.commit('main', { 'src/double.js': 'export const double = 2;\n' });
    expect(roundOf(await run(conflicting)).kind).to.equal('rebase');
  });

  it('escalates with a remedy when it is not allowed to merge so', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    bench.stage.mergeAnswer = refused('not-allowed');
    const error = errorOf(await run(bench));
    expect(error).to.include({ code: 'MERGE_REFUSED', class: 'conflict' });
    expect(error.remedy).to.include('merge.method');
  });

  it('gives the work up when a person closed it, or the issue was edited', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    bench.stage.mergeAnswer = refused('closed');
    expect(unwantedWhy(await run(bench))).to.include('was closed by a person');
    bench.stage.mergeAnswer = null;
    await bench.writeIssue({ body: 'Something else is wanted, in as many words.' });
    expect(unwantedWhy(await run(bench))).to.match(/^the issue was edited/);
    expect(bench.stage.merges).to.have.length(1);
  });

  it('takes an issue that only changed its line ends and marks for the same', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    await bench.writeIssue({
      body: `${bench.head.issue.body.replaceAll('\n', '\r\n')}\r\n`,
      labels: ['tamma', 'p1'],
    });
    expect((await run(bench)).outcome.kind).to.equal('done');
  });

  it('sees to remarks that came after the approval, and to checks that turned red', async () => {
    await using bench = await createBench();
    const { headCommit } = await seedPullRequest(bench);
    bench.stage.roles.set('maria', 'write');
    bench.stage.remarks.push(buildRemark());
    expect((await run(bench)).outcome).to.include({ on: 'review', atDeadline: 'run' });
    expect(roundOf(await run(bench, true))).to.deep.equal({ kind: 'review', steps: ALL });

    bench.stage.checks.set(headCommit, [buildCheck({ state: 'pending' })]);
    expect((await run(bench)).outcome).to.include({ on: 'ci', key: headCommit });
    bench.stage.checks.set(headCommit, [buildCheck({ state: 'failed' })]);
    const red = await run(bench);
    expect(roundOf(red)).to.deep.equal({ kind: 'ci', steps: ALL });
    expect(typesOf(red)).to.deep.equal(['CI.RAN.FAILED']);
    expect(bench.stage.merges).to.deep.equal([]);
  });

  it('merges nothing into another branch than the one that was approved', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    const readPullRequest = async (number: number) => {
      const found = await bench.platform.readPullRequest(number);
      return found === null ? null : { ...found, base: 'release' };
    };
    const made = await attempt(bench, 'merge-and-close', {
      platform: { ...bench.platform, readPullRequest },
    });
    expect(errorOf(made)).to.include({ code: 'BASE_CHANGED', class: 'conflict' });
    expect(errorOf(made).message).to.include('"release"').and.include('"main"');
    expect(bench.stage.merges).to.deep.equal([]);
  });

  it('waits again when an approval that it takes was dismissed, or its author may approve no more', async () => {
    const reviews = { required: 1, deadline: 1000, recheck: 1000, settle: 0 };
    await using bench = await createBench({ project: { reviews } });
    const { headCommit: commit } = await seedPullRequest(bench);
    bench.stage.roles.set('maria', 'write');
    bench.stage.reviews.push(buildReview({ state: 'dismissed', commit }));
    expect((await run(bench)).outcome).to.include({ kind: 'wait', on: 'review', key: commit });
    bench.stage.reviews.splice(0, 1, buildReview({ state: 'approved', commit }));
    bench.stage.roles.set('maria', 'read');
    expect((await run(bench)).outcome).to.include({ kind: 'wait', on: 'review', key: commit });
    expect(bench.stage.merges).to.deep.equal([]);
    bench.stage.roles.set('maria', 'write');
    expect((await run(bench)).outcome.kind).to.equal('done');
  });

  it('is done with what a person merged by hand, whatever commit and approval it was', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    const headCommit = await bench.repository.commit(branchOf(bench), { 'mine.txt': 'Mine.\n' });
    await bench.platform.mergePullRequest({ number: 1, headCommit, message: 'Mine', method: 'merge' });
    const mergeCommit = await bench.repository.git('rev-parse', 'main');
    expect((await run(bench)).outcome).to.deep.equal(done({ mergeCommit }));
    expect(await bench.listBranches()).to.deep.equal(['main']);
  });

  it('merges by the method of the project, names the workflow in what it squashes, and closes nothing else', async () => {
    const merge = { method: 'squash', deleteBranch: true } as const;
    await using bench = await createBench({ project: { merge }, issue: { title: 'Fixes #99' } });
    const { headCommit } = await seedPullRequest(bench);
    bench.stage.mergeAnswer = refused('not-allowed');
    await run(bench);
    expect(bench.stage.merges).to.deep.equal([
      {
        number: 1,
        headCommit,
        method: 'squash',
        message: 'Fixes #\u200b99 (#1)\n\nCloses #1.\n\nTamma-Workflow: demo-1.r1',
      },
    ]);
  });

  it('leaves the branch where the project wants it to stay', async () => {
    await using bench = await createBench({ project: { merge: { method: 'merge', deleteBranch: false } } });
    await seedPullRequest(bench);
    expect((await run(bench)).outcome.kind).to.equal('done');
    expect(await bench.listBranches()).to.have.length(2);
  });

  it('lets no branch that has to stay undo a merge, and says that it stays', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    const deleteBranch = async () => {
      throw new TammaError('FORBIDDEN', 'the branch is protected', { class: 'authentication' });
    };
    const { outcome } = await attempt(bench, 'merge-and-close', {
      platform: { ...bench.platform, deleteBranch },
    });
    expect(outcome.kind).to.equal('done');
  });
});
