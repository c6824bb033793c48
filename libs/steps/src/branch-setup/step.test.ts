import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { branchOf, seedIntake } from '../testing/seeds.ts';

const BRANCH = 'tamma/issue-1-add-a-title-case-function';

function headOfMain({ repository }: Bench): Promise<string> {
  return repository.git('rev-parse', 'refs/heads/main');
}

describe('branch-setup', () => {
  it('makes the branch at the head of the base branch and tells it', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    const baseCommit = await headOfMain(bench);

    const { outcome, facts } = await runStep(bench, 'branch-setup');

    expect(outcome).to.deep.equal(done({ branch: BRANCH, base: 'main', baseCommit }));
    expect(facts).to.deep.equal([
      { type: 'BRANCH.CREATED.SUCCESS', data: { branch: BRANCH, base: 'main', baseCommit } },
    ]);
    expect(await bench.platform.readBranch(BRANCH)).to.equal(baseCommit);
  });

  it('makes one branch when an attempt before it died', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    const lost = await attempt(bench, 'branch-setup');

    const kept = await runStep(bench, 'branch-setup');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect(await bench.listBranches()).to.deep.equal(['main', BRANCH]);
  });

  it('makes one branch when the base moved after an attempt before it died', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    const baseCommit = await headOfMain(bench);
    await attempt(bench, 'branch-setup');
    await bench.repository.commit('main', { 'NEWS.md': 'More.\n' });

    const { outcome } = await runStep(bench, 'branch-setup');

    expect(outcome).to.deep.equal(done({ branch: BRANCH, base: 'main', baseCommit }));
    expect(await bench.listBranches()).to.deep.equal(['main', BRANCH]);
  });

  it('makes one branch when two workers run it at once', async () => {
    await using bench = await createBench();
    seedIntake(bench);

    const [one, other] = await Promise.all([attempt(bench, 'branch-setup'), attempt(bench, 'branch-setup')]);

    expect(one.outcome.kind).to.equal('done');
    expect(other.outcome).to.deep.equal(one.outcome);
    expect(await bench.listBranches()).to.deep.equal(['main', BRANCH]);
  });

  it('takes the next name when the branch holds the work of somebody else, and leaves that alone', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    const baseCommit = await headOfMain(bench);
    const strangers = await bench.repository.commit(BRANCH, { 'mine.txt': 'Mine.\n' });

    const { outcome } = await runStep(bench, 'branch-setup');

    expect(outcome).to.deep.equal(done({ branch: `${BRANCH}-2`, base: 'main', baseCommit }));
    expect(await bench.platform.readBranch(BRANCH)).to.equal(strangers);
    expect(await bench.platform.readBranch(`${BRANCH}-2`)).to.equal(baseCommit);
  });

  it('gives up when all five names are taken, and makes no sixth', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    const names = [BRANCH, ...[2, 3, 4, 5].map((number) => `${BRANCH}-${number}`)];
    for (const name of names) await bench.repository.commit(name, { 'mine.txt': `${name}\n` });

    const made = await runStep(bench, 'branch-setup');

    expect(errorOf(made)).to.include({ code: 'BRANCH_TAKEN', class: 'conflict' });
    expect(errorOf(made).message).to.include(`${BRANCH} to ${BRANCH}-5`);
    expect(made.facts).to.deep.equal([]);
    expect(await bench.listBranches()).to.deep.equal(['main', ...names]);
  });

  it('escalates when the base branch does not exist', async () => {
    await using bench = await createBench({ project: { baseBranch: 'trunk' } });
    seedIntake(bench);

    const made = await runStep(bench, 'branch-setup');

    expect(errorOf(made)).to.include({ code: 'BASE_BRANCH_MISSING', class: 'validation' });
    expect(errorOf(made).message).to.include('the base branch "trunk" does not exist');
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(null);
  });
});
