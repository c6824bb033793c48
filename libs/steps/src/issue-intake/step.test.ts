import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, runStep, unwantedWhy } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';

describe('issue-intake', () => {
  it('reads the issue afresh and marks it as taken; the status comment is none of its business', async () => {
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
    expect(await bench.readComments()).to.deep.equal([]);
  });

  it('leaves one mark when an attempt before it died', async () => {
    await using bench = await createBench();
    await attempt(bench, 'issue-intake');
    const before = await bench.platform.readIssue(1);

    const { outcome } = await runStep(bench, 'issue-intake');

    expect(outcome.kind).to.equal('done');
    expect(await bench.platform.readIssue(1)).to.deep.equal(before);
  });

  it('leaves one mark when two workers run it at once', async () => {
    await using bench = await createBench();

    const twins = await Promise.all([attempt(bench, 'issue-intake'), attempt(bench, 'issue-intake')]);

    expect(twins.map(({ outcome }) => outcome.kind)).to.deep.equal(['done', 'done']);
    const marked = await bench.platform.readIssue(1);
    expect(marked?.labels).to.deep.equal(['tamma', 'tamma-working']);
  });

  it('keeps the milestone for those who come after', async () => {
    await using bench = await createBench();
    await bench.writeIssue({ milestone: 'Sprint 7' });

    const { outcome } = await runStep(bench, 'issue-intake');

    expect(outcome).to.deep.include({ kind: 'done' });
    expect(bench.results.get('issue-intake')).to.have.nested.property('issue.milestone', 'Sprint 7');
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
