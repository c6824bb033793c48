import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, runStep, unwantedWhy } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';

describe('issue-intake', () => {
  it('reads the issue afresh, marks it as taken and says so in one comment', async () => {
    await using bench = await createBench();
    await bench.writeIssue({ title: 'A better title' });

    const { outcome, facts, artifacts } = await runStep(bench, 'issue-intake');

    const issue = { ...bench.head.issue, title: 'A better title' };
    expect(outcome).to.deep.equal(done({ issue }));
    expect(facts).to.deep.equal([]);
    expect(artifacts.size).to.equal(0);
    const marked = await bench.platform.readIssue(1);
    expect(marked?.labels).to.deep.equal(['tamma', 'tamma-working']);
    expect(marked?.assignee).to.equal('tamma');
    const comments = await bench.readComments();
    expect(comments).to.have.length(1);
    expect(comments[0]).to.include('Tamma is working on this issue (workflow `demo-1.r1`)');
  });

  it('leaves one comment and one mark when an attempt before it died', async () => {
    await using bench = await createBench();
    await attempt(bench, 'issue-intake');
    const before = await bench.platform.readIssue(1);

    const { outcome } = await runStep(bench, 'issue-intake');

    expect(outcome.kind).to.equal('done');
    expect(await bench.readComments()).to.have.length(1);
    expect(await bench.platform.readIssue(1)).to.deep.equal(before);
  });

  it('leaves one comment when two workers run it at once', async () => {
    await using bench = await createBench();

    const twins = await Promise.all([attempt(bench, 'issue-intake'), attempt(bench, 'issue-intake')]);

    expect(twins.map(({ outcome }) => outcome.kind)).to.deep.equal(['done', 'done']);
    expect(await bench.readComments()).to.have.length(1);
  });

  it('finds an issue that is gone unwanted', async () => {
    await using bench = await createBench();
    await bench.writeIssue(null);
    expect(unwantedWhy(await runStep(bench, 'issue-intake'))).to.equal('issue #1 is gone');
  });

  const refusals = [
    { what: 'was closed', changes: { state: 'closed' }, why: 'the issue is closed' },
    { what: 'lost its label', changes: { labels: ['bug'] }, why: 'it lacks the required label "tamma"' },
    {
      what: 'got an excluded label',
      changes: { labels: ['tamma', 'tamma-skip'] },
      why: 'it has the excluded label "tamma-skip"',
    },
    { what: 'was taken by a person', changes: { assignee: 'ada' }, why: 'it is assigned to "ada"' },
  ] as const;
  for (const { what, changes, why } of refusals) {
    it(`finds an issue that ${what} meanwhile unwanted, and marks nothing`, async () => {
      await using bench = await createBench();
      await bench.writeIssue(changes);
      const before = await bench.platform.readIssue(1);

      const reason = unwantedWhy(await runStep(bench, 'issue-intake'));

      expect(reason).to.equal(`issue #1 is no longer eligible: ${why}`);
      expect(await bench.platform.readIssue(1)).to.deep.equal(before);
      expect(await bench.readComments()).to.deep.equal([]);
    });
  }
});
