import { expect } from 'chai';
import { NUMBER_UNUSED, refusalOf, type Test } from './fixture.ts';

export function issueTests(test: Test): void {
  test('gives an issue as it was written', async (fixture) => {
    const given = { title: 'Mend the door', body: 'It squeaks:\n\n- loudly', labels: ['tamma', 'bug'] };
    const issue = await fixture.addIssue({ ...given, assignee: fixture.other, milestone: 'Spring' });
    expect(issue).to.deep.include({ ...given, assignee: fixture.other, milestone: 'Spring' });
    expect(await fixture.platform.readIssue(issue.number)).to.deep.equal(issue);
  });

  test('has no issue under a number nobody used', async ({ platform }) => {
    expect(await platform.readIssue(NUMBER_UNUSED)).to.equal(null);
  });

  test('lists open issues by number and leaves closed ones out, which can still be read', async (fixture) => {
    const one = await fixture.addIssue({ title: 'One' });
    const closed = await fixture.addIssue({ title: 'Closed', state: 'closed' });
    const two = await fixture.addIssue({ title: 'Two' });
    const { issues, unreadable } = await fixture.platform.listOpenIssues();
    expect(issues).to.deep.equal([one, two]);
    expect(unreadable).to.deep.equal([]);
    expect((await fixture.platform.readIssue(closed.number))?.state).to.equal('closed');
  });

  test('adds and removes labels and sets the assignee, once however often it is told', async (fixture) => {
    const { platform, account } = fixture;
    const issue = await fixture.addIssue({ labels: ['tamma', 'bug'] });
    const marks = { labelsAdded: ['tamma-working', 'Tamma'], labelsRemoved: ['bug'], assignee: account };
    await platform.markIssue(issue.number, marks);
    await platform.markIssue(issue.number, marks);
    const { labels = [], ...rest } = (await platform.readIssue(issue.number)) ?? {};
    expect(labels).to.have.members(['tamma', 'tamma-working']);
    expect({ ...rest, labels: issue.labels }).to.deep.equal({ ...issue, assignee: account });
  });

  test('takes the assignee away when told null, and keeps it when not told', async (fixture) => {
    const { platform, other } = fixture;
    const issue = await fixture.addIssue({ labels: ['tamma'], assignee: other });
    await platform.markIssue(issue.number, { labelsRemoved: ['tamma'] });
    expect(await platform.readIssue(issue.number)).to.deep.equal({ ...issue, labels: [] });
    await platform.markIssue(issue.number, { assignee: null });
    expect(await platform.readIssue(issue.number)).to.deep.equal({ ...issue, labels: [], assignee: null });
  });

  test('closes an issue, and again', async (fixture) => {
    const { number } = await fixture.addIssue();
    await fixture.platform.closeIssue(number);
    await fixture.platform.closeIssue(number);
    expect((await fixture.platform.readIssue(number))?.state).to.equal('closed');
  });

  test('opens a closed issue, and again', async (fixture) => {
    const { number } = await fixture.addIssue({ state: 'closed' });
    await fixture.platform.reopenIssue(number);
    await fixture.platform.reopenIssue(number);
    expect((await fixture.platform.readIssue(number))?.state).to.equal('open');
  });

  test('refuses to touch an issue that does not exist', async ({ platform }) => {
    const attempts = [
      () => platform.markIssue(NUMBER_UNUSED, { labelsAdded: ['x'] }),
      () => platform.closeIssue(NUMBER_UNUSED),
      () => platform.reopenIssue(NUMBER_UNUSED),
      () => platform.ensureComment(NUMBER_UNUSED, 'm', 'text'),
    ];
    for (const attempt of attempts) {
      expect(await refusalOf(attempt())).to.include({ code: 'ISSUE_MISSING', class: 'validation' });
    }
  });
}
