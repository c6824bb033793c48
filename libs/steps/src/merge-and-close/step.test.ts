import { done } from '@tamma/domain';
import type { MergeRequest } from '@tamma/git-platform';
import { expect } from 'chai';
import { attempt, errorOf, runStep, typesOf, unwantedWhy } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { branchOf, seedIntake, seedPullRequest } from '../testing/seeds.ts';

function headOfMain({ repository }: Bench): Promise<string> {
  return repository.git('rev-parse', 'refs/heads/main');
}

/** Merges on `main`, counted from the first commit. */
function countMerges({ repository }: Bench): Promise<string> {
  return repository.git('rev-list', '--merges', '--count', 'refs/heads/main');
}

describe('merge-and-close', () => {
  it('merges the approved commit and closes the issue', async () => {
    await using bench = await createBench();
    await runStep(bench, 'issue-intake');
    const { headCommit } = await seedPullRequest(bench);

    const { outcome, facts } = await runStep(bench, 'merge-and-close');

    const mergeCommit = await headOfMain(bench);
    expect(outcome).to.deep.equal(done({ mergeCommit }));
    expect(await bench.repository.git('rev-parse', 'main^2')).to.equal(headCommit);
    expect(await bench.repository.git('log', '-1', '--format=%B', 'main')).to.equal(
      'Merge pull request #1: Add a title-case function\n\nCloses #1.',
    );
    expect(await bench.platform.readPullRequest(1)).to.include({ state: 'merged', mergeCommit });
    expect(await bench.platform.readIssue(1)).to.deep.include({ state: 'closed', labels: ['tamma'] });
    expect(await bench.readComments()).to.deep.equal([]);
    expect(await bench.listBranches()).to.deep.equal(['main']);
    expect(facts).to.deep.equal([
      { type: 'PR.MERGED.SUCCESS', data: { number: 1, mergeCommit } },
      { type: 'ISSUE.CLOSED.SUCCESS', data: { issue: 1, mergeCommit } },
    ]);
  });

  it('merges once when an attempt before it died', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    const lost = await attempt(bench, 'merge-and-close');

    const kept = await runStep(bench, 'merge-and-close');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect(await countMerges(bench)).to.equal('1');
  });

  it('closes the issue when the attempt before it died right after the merge', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    const dying = {
      ...bench.platform,
      mergePullRequest: async (request: MergeRequest) => {
        await bench.platform.mergePullRequest(request);
        throw new Error('the process died');
      },
    };
    await attempt(bench, 'merge-and-close', { platform: dying }).catch(String);
    const mergeCommit = await headOfMain(bench);
    expect((await bench.platform.readIssue(1))?.state).to.equal('open');

    const { outcome } = await runStep(bench, 'merge-and-close');

    expect(outcome).to.deep.equal(done({ mergeCommit }));
    expect(await countMerges(bench)).to.equal('1');
    expect((await bench.platform.readIssue(1))?.state).to.equal('closed');
  });

  it('merges once when two workers run it at once', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);

    const [one, other] = await Promise.all([
      attempt(bench, 'merge-and-close'),
      attempt(bench, 'merge-and-close'),
    ]);

    expect(one.outcome).to.deep.equal(done({ mergeCommit: await headOfMain(bench) }));
    expect(other.outcome).to.deep.equal(one.outcome);
    expect(await countMerges(bench)).to.equal('1');
  });

  it('is done when a person merged that commit already', async () => {
    await using bench = await createBench();
    const { number, headCommit } = await seedPullRequest(bench);
    await bench.platform.mergePullRequest({
      number,
      headCommit,
      message: "A person's merge",
      method: 'merge',
    });
    const mergeCommit = await headOfMain(bench);

    const { outcome } = await runStep(bench, 'merge-and-close');

    expect(outcome).to.deep.equal(done({ mergeCommit }));
    expect(await headOfMain(bench)).to.equal(mergeCommit);
    expect((await bench.platform.readIssue(1))?.state).to.equal('closed');
  });

  it('keeps a branch that got more commits after the merge', async () => {
    await using bench = await createBench();
    const { number, headCommit } = await seedPullRequest(bench);
    await bench.platform.mergePullRequest({ number, headCommit, message: 'Merge', method: 'merge' });
    const late = await bench.repository.commit(branchOf(bench), { 'late.txt': 'Late.\n' });

    const { outcome } = await runStep(bench, 'merge-and-close');

    expect(outcome.kind).to.equal('done');
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(late);
  });

  it('is done with the merge when the issue was deleted meanwhile, and claims to have closed none', async () => {
    await using bench = await createBench();
    const { number, headCommit } = await seedPullRequest(bench);
    await bench.platform.mergePullRequest({ number, headCommit, message: 'Merge', method: 'merge' });
    await bench.writeIssue(null);

    const made = await runStep(bench, 'merge-and-close');

    expect(made.outcome).to.deep.equal(done({ mergeCommit: await headOfMain(bench) }));
    expect(typesOf(made)).to.deep.equal(['PR.MERGED.SUCCESS']);
    expect(await bench.listBranches()).to.deep.equal(['main']);
  });

  for (const { what, change, why } of [
    { what: 'was closed', change: { state: 'closed' }, why: 'the issue is closed' },
    { what: 'was deleted', change: null, why: 'issue #1 is gone' },
    { what: 'lost its label', change: { labels: [] }, why: 'it lacks the required label "tamma"' },
  ] as const) {
    it(`merges nothing when the issue ${what} meanwhile, and says so`, async () => {
      await using bench = await createBench();
      await seedPullRequest(bench);
      const before = await headOfMain(bench);
      await bench.writeIssue(change === null ? null : { ...change });

      const made = await runStep(bench, 'merge-and-close');

      expect(unwantedWhy(made)).to.contain(why);
      expect(await headOfMain(bench)).to.equal(before);
    });
  }

  const refusals = [
    {
      what: 'the approval was given for another commit',
      spoil: async (bench: Bench) => {
        bench.results.set('merge-approval', { by: 'ada', subject: await headOfMain(bench) });
      },
      code: 'APPROVAL_STALE',
      why: 'the approval was given for',
    },
    {
      what: 'a gate is missing',
      spoil: async (bench: Bench) => void bench.gates.pop(),
      code: 'GATES_MISSING',
      why: 'has not passed: security',
    },
  ];
  for (const { what, spoil, code, why } of refusals) {
    it(`merges nothing and leaves the issue open when ${what}`, async () => {
      await using bench = await createBench();
      await seedPullRequest(bench);
      await spoil(bench);
      const main = await headOfMain(bench);

      const made = await runStep(bench, 'merge-and-close');

      expect(errorOf(made)).to.include({ code, class: 'conflict' });
      expect(errorOf(made).message).to.include(why);
      expect(await headOfMain(bench)).to.equal(main);
      expect((await bench.platform.readIssue(1))?.state).to.equal('open');
      expect(made.facts).to.deep.equal([]);
      expect(await bench.readComments()).to.deep.equal([]);
    });
  }

  it('does not believe a merge that the platform does not show, and leaves the issue open', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    await seedPullRequest(bench);
    const lying = {
      ...bench.platform,
      mergePullRequest: async () => ({ kind: 'merged' as const, mergeCommit: 'c0ffee' }),
    };

    const made = await runStep(bench, 'merge-and-close', { platform: lying });

    const message = 'the platform does not show pull request #1 as merged';
    expect(errorOf(made)).to.include({ code: 'NOT_MERGED', class: 'conflict', message });
    expect((await bench.platform.readIssue(1))?.state).to.equal('open');
    expect(made.facts).to.deep.equal([]);
  });
});
