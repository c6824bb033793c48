import { buildIssue } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type CreateFixture, refusalOf } from './fixture.ts';

export function issueTests(create: CreateFixture): void {
  it('gives an issue as it was written', async () => {
    await using fixture = await create();
    const issue = buildIssue({ number: 7, labels: ['tamma', 'bug'], assignee: 'ada' });
    await fixture.addIssue(issue);
    expect(await fixture.platform.readIssue(7)).to.deep.equal(issue);
  });

  it('has no issue under a number nobody used', async () => {
    await using fixture = await create();
    expect(await fixture.platform.readIssue(7)).to.equal(null);
  });

  it('lists open issues by number and leaves closed ones out, which can still be read', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 10 }));
    await fixture.addIssue(buildIssue({ number: 3, state: 'closed' }));
    await fixture.addIssue(buildIssue({ number: 2 }));
    const { issues, unreadable } = await fixture.platform.listOpenIssues();
    expect(issues.map((issue) => issue.number)).to.deep.equal([2, 10]);
    expect(unreadable).to.deep.equal([]);
    expect((await fixture.platform.readIssue(3))?.state).to.equal('closed');
  });

  it('adds and removes labels and sets the assignee, once however often it is told', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1, labels: ['tamma', 'bug'] }));
    const marks = { labelsAdded: ['tamma-working', 'Tamma'], labelsRemoved: ['bug'], assignee: 'tamma' };
    await fixture.platform.markIssue(1, marks);
    await fixture.platform.markIssue(1, marks);
    const issue = await fixture.platform.readIssue(1);
    expect(issue).to.deep.equal(
      buildIssue({ number: 1, labels: ['tamma', 'tamma-working'], assignee: 'tamma' }),
    );
  });

  it('takes the assignee away when told null, and keeps it when not told', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1, assignee: 'ada' }));
    await fixture.platform.markIssue(1, { labelsRemoved: ['tamma'] });
    expect(await fixture.platform.readIssue(1)).to.include({ assignee: 'ada' });
    await fixture.platform.markIssue(1, { assignee: null });
    expect(await fixture.platform.readIssue(1)).to.deep.equal(buildIssue({ labels: [], assignee: null }));
  });

  it('closes an issue, and again', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1 }));
    await fixture.platform.closeIssue(1);
    await fixture.platform.closeIssue(1);
    expect((await fixture.platform.readIssue(1))?.state).to.equal('closed');
  });

  it('refuses to touch an issue that does not exist', async () => {
    await using fixture = await create();
    const { platform } = fixture;
    const attempts = [
      () => platform.markIssue(9, { labelsAdded: ['x'] }),
      () => platform.closeIssue(9),
      () => platform.ensureComment(9, 'm', 'text'),
    ];
    for (const attempt of attempts) {
      expect(await refusalOf(attempt())).to.include({ code: 'ISSUE_MISSING', class: 'validation' });
    }
  });
}
