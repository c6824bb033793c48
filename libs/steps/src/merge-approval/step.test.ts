import { done } from '@tamma/domain';
import { expect } from 'chai';
import { runStep, typesOf, unwantedWhy } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { decide } from '../testing/people.ts';
import { roundOf } from '../testing/rounds.ts';
import { buildRemark, buildReview } from '../testing/said.ts';
import { seedPlan, seedPullRequest } from '../testing/seeds.ts';

/** An open pull request of high risk, and maria, who may approve. Returns its head. */
async function prepare(bench: Bench, risk: 'low' | 'high' = 'high'): Promise<string> {
  const { headCommit } = await seedPullRequest(bench);
  seedPlan(bench, risk);
  bench.results.delete('merge-approval');
  bench.stage.roles.set('maria', 'write').set('visitor', 'triage').set('sam', 'admin');
  return headCommit;
}

const run = (bench: Bench, isTimeUp = false) => runStep(bench, 'merge-approval', { isTimeUp });
const LOW = { plan: ['low' as const], merge: ['low' as const] };

describe('merge-approval, on a platform with reviewers', () => {
  it('takes an approving review of that very commit for a decision, and tells whose', async () => {
    await using bench = await createBench();
    const commit = await prepare(bench);
    bench.stage.reviews.push(buildReview({ state: 'approved', commit }));

    const { outcome, facts } = await run(bench);

    expect(outcome).to.deep.equal(done({ by: 'maria', subject: commit }));
    const why = 'maria approved it on the platform';
    const data = { approvalId: null, kind: 'merge', decision: 'approve', why, subject: commit };
    expect(facts).to.deep.equal([{ type: 'APPROVAL.PROVIDED.SUCCESS', data }]);
  });

  for (const { what, review } of [
    { what: 'of another commit', review: { commit: 'beef' } },
    { what: 'of somebody who may not', review: { author: 'visitor' } },
    { what: 'of a bot', review: { author: 'lint[bot]', authorKind: 'bot' } },
    { what: 'of the account that we are', review: { author: 'Tamma' } },
    { what: 'of whoever asked for the work', review: { author: 'sam' } },
  ] as const) {
    it(`takes no approval ${what}`, async () => {
      await using bench = await createBench();
      const commit = await prepare(bench);
      bench.stage.roles.set('lint[bot]', 'admin').set('Tamma', 'admin');
      bench.stage.reviews.push(buildReview({ state: 'approved', commit, ...review }));
      const started = { ...bench, head: { ...bench.head, startedBy: 'Sam' } };
      expect((await run(started)).outcome).to.include({ kind: 'wait', on: 'approval' });
    });
  }

  it('sends what reviewers want changed back first, also where policy or a person agreed', async () => {
    await using bench = await createBench({ project: { approvals: { automatic: LOW, deadline: 1000 } } });
    const commit = await prepare(bench, 'low');
    bench.stage.reviews.push(buildReview({ commit }));
    decide(bench, 'merge-approval', { kind: 'merge', decision: 'approve', subject: commit });
    expect((await run(bench)).outcome).to.include({ on: 'review', atDeadline: 'run' });

    const sent = await run(bench, true);

    expect(roundOf(sent)).to.deep.equal({
      kind: 'review',
      steps: ['code-generation', 'build-gate', 'test-gate', 'security-gate', 'code-review', 'pull-request'],
    });
    expect(sent.artifacts.get('REVIEW.md')).to.include('> Name it twice.');
  });

  it('asks a person where policy would agree, while a reviewer has not agreed to what was made for them', async () => {
    await using bench = await createBench({ project: { approvals: { automatic: LOW, deadline: 1000 } } });
    const commit = await prepare(bench, 'low');
    bench.stage.reviews.push(buildReview());
    const taken = [{ id: 'review-1', kind: 'review', commit: 'c0ffee', isAnswered: true }];
    const record = { number: 1, described: commit, rerun: null, taken };
    bench.artifacts.set('delivery.json', JSON.stringify(record));
    const { outcome } = await run(bench);
    expect(outcome)
      .to.include({ on: 'approval' })
      .and.have.property('why')
      .that.includes('maria wanted changes');

    bench.stage.reviews.push(buildReview({ id: 'yes', state: 'approved', commit }));
    expect((await run(bench)).outcome.kind).to.equal('done');
  });

  it('sends back with the wish of a person all that the reviewers left until then', async () => {
    await using bench = await createBench();
    const commit = await prepare(bench);
    bench.stage.remarks.push(buildRemark());
    decide(bench, 'merge-approval', {
      kind: 'merge',
      decision: 'edit',
      subject: commit,
      comment: 'Say two.',
    });

    const sent = await run(bench);

    expect(roundOf(sent).kind).to.equal('rework');
    expect(sent.artifacts.get('REVIEW.md')).to.include('Say two.').and.include('> Why twice?');
    expect(sent.artifacts.get('delivery.json')).to.include('remark-1');
  });

  it('gives the work up when a person rejected it, whatever reviewers want', async () => {
    await using bench = await createBench();
    const commit = await prepare(bench);
    bench.stage.remarks.push(buildRemark());
    decide(bench, 'merge-approval', { kind: 'merge', decision: 'reject', subject: commit });
    expect(unwantedWhy(await run(bench))).to.include('rejected by ada');
  });

  it('asks nobody about what was merged or closed by hand, or is of an old text', async () => {
    await using bench = await createBench();
    const headCommit = await prepare(bench);
    await bench.writeIssue({ title: 'Something else' });
    const edited = await run(bench);
    expect(unwantedWhy(edited)).to.match(/^the issue was edited/);
    expect(typesOf(edited)).to.deep.equal(['ISSUE.EDITED.SUCCESS']);
    await bench.platform.mergePullRequest({ number: 1, headCommit, message: 'Mine', method: 'merge' });
    const { outcome } = await run(bench);
    expect(outcome).to.deep.equal(done({ by: 'whoever merged it by hand', subject: headCommit }));
  });
});
