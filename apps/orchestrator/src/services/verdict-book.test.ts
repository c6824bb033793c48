import { expect } from 'chai';
import { type Desk, intakeOf, issueNumber, openDesk } from '../testing/desk.ts';
import { GONE } from './verdict-book.ts';

function verdictOn(desk: Desk, issue: number) {
  return desk.store.verdicts.find('demo', issue);
}

/** A desk whose saved verdicts are counted. */
function counting(desk: Desk) {
  const saved: number[] = [];
  const verdicts: typeof desk.store.verdicts = {
    ...desk.store.verdicts,
    save: (news) => {
      saved.push(...news.map(({ issue }) => issue));
      return desk.store.verdicts.save(news);
    },
  };
  return { saved, verdicts };
}

describe('stored verdicts', () => {
  it('hold every reason, and those of issues that are worked on', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    desk.platform.addIssue(issueNumber(2, { labels: [], milestone: 'June' }));
    await intakeOf(desk).runOnce();
    expect(await verdictOn(desk, 1)).to.deep.include({ eligible: true, reasons: [], title: 'Issue 1' });
    expect(await verdictOn(desk, 2)).to.deep.include({
      eligible: false,
      reasons: ['it lacks the required label "tamma"'],
    });
  });

  it('are written when they are news, and else once a minute', async () => {
    await using desk = await openDesk();
    const { saved, verdicts } = counting(desk);
    let nowMs = Date.now();
    const intake = intakeOf(desk, { verdicts, now: () => nowMs });
    desk.platform.addIssue(issueNumber(1, { labels: [] }));
    for (let pass = 0; pass < 3; pass += 1) await intake.runOnce();
    expect(saved).to.deep.equal([1]);
    nowMs += 61_000;
    await intake.runOnce();
    expect(saved).to.deep.equal([1, 1]);
    desk.platform.addIssue(issueNumber(1, { labels: ['tamma-skip'] }));
    await intake.runOnce();
    expect(saved).to.deep.equal([1, 1, 1]);
  });

  it('say once of an issue that left the listing that it is closed or gone, also after a restart', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1, { labels: [] }));
    desk.platform.addIssue(issueNumber(2, { labels: [] }));
    const first = intakeOf(desk);
    await first.runOnce();
    await desk.platform.closeIssue(1);
    await first.runOnce();
    expect((await verdictOn(desk, 1))?.reasons).to.deep.equal([GONE]);
    await desk.platform.closeIssue(2);
    const { saved, verdicts } = counting(desk);
    const second = intakeOf(desk, { verdicts });
    await second.runOnce();
    await second.runOnce();
    expect((await verdictOn(desk, 2))?.reasons).to.deep.equal([GONE]);
    expect(saved).to.deep.equal([2]);
    await desk.platform.reopenIssue(1);
    await second.runOnce();
    expect((await verdictOn(desk, 1))?.reasons).to.not.include(GONE);
  });

  it('believe no listing that is not whole', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1, { labels: [] }));
    const intake = intakeOf(desk);
    await intake.runOnce();
    desk.platform.addUnreadable({ source: '001.md', reason: 'it is broken', remedy: 'Mend it.' });
    const listOpenIssues = async () => {
      const { unreadable } = await desk.platform.listOpenIssues();
      return { issues: [], unreadable };
    };
    const { platform, project } = desk;
    const [watched] = desk.projects;
    const projects = [
      {
        plan: { name: '', hash: '', steps: [] },
        ...watched,
        project,
        platform: { ...platform, listOpenIssues },
      },
    ];
    await intakeOf(desk, { projects }).runOnce();
    expect((await verdictOn(desk, 1))?.reasons).to.not.include(GONE);
  });
});
