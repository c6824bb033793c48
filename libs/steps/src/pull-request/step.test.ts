import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { roundOf, seedRounds } from '../testing/rounds.ts';
import { branchOf, seedChange, seedGates, seedReview } from '../testing/seeds.ts';

/** A bench whose branch head passed every gate and the review. Returns that commit. */
async function makeReady(bench: Bench): Promise<string> {
  const commit = await seedChange(bench);
  seedGates(bench, commit);
  seedReview(bench, commit);
  return commit;
}

const HEAD_OF = (bench: Bench, commit: string) => `the head of ${branchOf(bench)} (${commit.slice(0, 7)})`;
const REGATE = { kind: 'regate', steps: ['build-gate', 'test-gate', 'security-gate', 'code-review'] };

describe('pull-request', () => {
  it('opens one for the head that passed every gate, and says what changed and what ran', async () => {
    await using bench = await createBench();
    const headCommit = await makeReady(bench);

    const { outcome, facts } = await runStep(bench, 'pull-request');

    const opened = await bench.platform.readPullRequest(1);
    expect(outcome).to.deep.equal(done({ number: 1, url: opened?.url, headCommit }));
    expect(opened).to.include({
      state: 'open',
      head: branchOf(bench),
      headCommit,
      base: 'main',
      title: 'Add a title-case function (#1)',
    });
    const short = headCommit.slice(0, 7);
    expect(opened?.body).to.equal(
      'Closes #1.\n\n# Changes\n\nThere is a new function.\n\n\n## Gates\n\n' +
        `- build on ${short}: build is fine\n- test on ${short}: test is fine\n- security on ${short}: security is fine`,
    );
    const data = { number: 1, url: opened?.url, head: branchOf(bench), base: 'main', commit: headCommit };
    expect(facts).to.deep.equal([{ type: 'PR.OPENED.SUCCESS', data }]);
  });

  it('opens none when the review looked at another commit', async () => {
    await using bench = await createBench();
    const commit = await makeReady(bench);
    seedReview(bench, await bench.repository.git('rev-parse', `${commit}^`));

    const made = await runStep(bench, 'pull-request');

    expect(roundOf(made)).to.deep.equal(REGATE);
    expect(made.outcome).to.include({ why: `${HEAD_OF(bench, commit)} has not passed: review` });
    expect(await bench.countPullRequests()).to.equal(0);
  });

  it('names no gate that ran on another commit or failed', async () => {
    await using bench = await createBench();
    const commit = await makeReady(bench);
    const parent = await bench.repository.git('rev-parse', `${commit}^`);
    bench.gates.unshift(
      { gate: 'test', commit: parent, passed: true, summary: 'of another commit' },
      { gate: 'test', commit, passed: false, summary: 'red at first' },
    );

    await runStep(bench, 'pull-request');

    const opened = await bench.platform.readPullRequest(1);
    expect(opened?.body).to.match(/: test is fine/);
    expect(opened?.body).not.to.match(/of another commit|red at first/);
  });

  it('opens one when an attempt before it died', async () => {
    await using bench = await createBench();
    await makeReady(bench);
    const lost = await attempt(bench, 'pull-request');

    const kept = await runStep(bench, 'pull-request');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect(await bench.countPullRequests()).to.equal(1);
  });

  it('opens one when two workers run it at once', async () => {
    await using bench = await createBench();
    await makeReady(bench);

    const [one, other] = await Promise.all([attempt(bench, 'pull-request'), attempt(bench, 'pull-request')]);

    expect(one.outcome.kind).to.equal('done');
    expect(other.outcome).to.deep.equal(one.outcome);
    expect(await bench.countPullRequests()).to.equal(1);
  });

  it('has a head judged again that lacks a gate, or failed one', async () => {
    await using bench = await createBench();
    const commit = await seedChange(bench);
    seedReview(bench, commit);
    seedGates(bench, commit, ['build']);
    bench.gates.push({ gate: 'test', commit, passed: false, summary: 'red' });

    const made = await runStep(bench, 'pull-request');

    expect(roundOf(made)).to.deep.equal(REGATE);
    expect(made.outcome).to.include({ why: `${HEAD_OF(bench, commit)} has not passed: test, security` });
    expect(made.facts).to.deep.equal([]);
    expect(await bench.countPullRequests()).to.equal(0);
  });

  it('has a head judged that somebody else pushed, and opens none before', async () => {
    await using bench = await createBench();
    await makeReady(bench);
    const moved = await bench.repository.commit(branchOf(bench), { 'late.txt': 'Late.\n' });

    const made = await runStep(bench, 'pull-request');

    const why = `${HEAD_OF(bench, moved)} has not passed: build, test, security, review`;
    expect(roundOf(made)).to.deep.equal(REGATE);
    expect(made.outcome).to.include({ why });
    expect(await bench.countPullRequests()).to.equal(0);
    const data = { branch: branchOf(bench), commit: moved, why };
    expect(made.facts).to.deep.equal([{ type: 'BRANCH.MOVED.SUCCESS', data }]);
  });

  it('escalates when three rounds did not find a head that passed', async () => {
    await using bench = await createBench();
    const commit = await seedChange(bench);
    seedReview(bench, commit);
    seedRounds(bench, 'regate', 'pull-request');

    const error = errorOf(await runStep(bench, 'pull-request'));

    expect(error).to.include({ code: 'GATES_MISSING', class: 'conflict' });
    expect(error.message).to.include('has not passed: build, test, security; 3 rounds did not settle it');
  });

  it('refuses a branch that is gone', async () => {
    await using bench = await createBench();
    const commit = await makeReady(bench);
    await bench.platform.deleteBranch(branchOf(bench), commit);

    expect(errorOf(await runStep(bench, 'pull-request')).message).to.include('(gone)');
    expect(await bench.countPullRequests()).to.equal(0);
  });
});
