import { REVERTED_LABEL } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import {
  countEvents,
  type Desk,
  intakeOf,
  issueNumber,
  openDesk,
  recordAll,
  viewsOf,
} from '../testing/desk.ts';
import { startFlow } from '../testing/people.ts';
import { createRetention } from './retention.ts';

const ID = 'demo-1.r1';
const MERGE = 'a'.repeat(40);
const REVERT = 'b'.repeat(40);

/** A workflow that merged and was taken away, its issue closed. */
async function merge(desk: Desk): Promise<void> {
  await startFlow(desk, 1);
  const about = { workflowId: ID };
  desk.platform.setBranch('main', MERGE, 'Merge pull request #7');
  await desk.eventLog.append([
    buildEvent('PR.OPENED.SUCCESS', { number: 7, url: 'u', head: 'h', base: 'main', commit: 'c' }, about),
    buildEvent('PR.MERGED.SUCCESS', { number: 7, mergeCommit: MERGE }, about),
    buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, about),
  ]);
  await desk.platform.closeIssue(1);
  await recordAll(desk);
  const onFailure = () => {};
  await createRetention({ ...desk, claims: desk.store.claims, onRetired: () => {}, onFailure }).runOnce();
}

describe('a merge that is taken back', () => {
  it('reopens its issue, marks it and says so, and nobody works on it until the mark is gone', async () => {
    await using desk = await openDesk();
    await merge(desk);
    const intake = intakeOf(desk);
    await intake.runOnce();
    expect(await countEvents(desk, 'ISSUE.REOPENED.SUCCESS')).to.equal(0);
    desk.platform.setBranch('main', REVERT, `Revert "Issue 1"\n\nThis reverts commit ${MERGE}.`);
    await intake.runOnce();
    await intake.runOnce();
    const issue = await desk.platform.readIssue(1);
    expect([issue?.state, issue?.labels]).to.deep.equal(['open', ['tamma', REVERTED_LABEL]]);
    expect(await countEvents(desk, 'ISSUE.REOPENED.SUCCESS')).to.equal(1);
    const texts = desk.platform.readComments(1).map(({ text }) => text);
    expect(texts.filter((text) => text.includes(`was taken back by ${REVERT}`))).to.have.length(1);
    expect(viewsOf(intake)?.issues[0]?.reasons[0]).to.contain('its merge was reverted');
    await recordAll(desk);
    await desk.platform.markIssue(1, { labelsRemoved: [REVERTED_LABEL] });
    await intake.runOnce();
    expect(viewsOf(intake)?.issues[0]?.workflowId).to.equal('demo-1.r2');
  });

  it('is dealt with once, whatever people decide afterwards and whoever leads then', async () => {
    await using desk = await openDesk();
    await merge(desk);
    desk.platform.setBranch('main', REVERT, 'Revert "Issue 1" (#8)\n\nReverts #7');
    await intakeOf(desk).runOnce();
    await desk.platform.markIssue(1, { labelsRemoved: [REVERTED_LABEL] });
    await desk.platform.closeIssue(1);
    desk.platform.setBranch('main', 'c'.repeat(40), 'Something else');
    await intakeOf(desk).runOnce();
    const issue = await desk.platform.readIssue(1);
    expect([issue?.state, issue?.labels]).to.deep.equal(['closed', ['tamma']]);
  });

  it('is dealt with again when it was cut off before its end', async () => {
    await using desk = await openDesk();
    await merge(desk);
    desk.platform.setBranch('main', REVERT, `This reverts commit ${MERGE}.`);
    const [watched] = desk.projects;
    if (watched === undefined) throw new Error('the desk has no project');
    const ensureComment = () => Promise.reject(new Error('cut off'));
    const projects = [{ ...watched, platform: { ...desk.platform, ensureComment } }];
    const cut = intakeOf(desk, { projects });
    await cut.runOnce();
    expect(viewsOf(cut)?.problem).to.contain('cut off');
    await intakeOf(desk).runOnce();
    expect(await countEvents(desk, 'ISSUE.REOPENED.SUCCESS')).to.equal(1);
  });

  it('is nothing to us when somebody else made the merge, or its issue is gone', async () => {
    await using desk = await openDesk();
    await merge(desk);
    desk.platform.addIssue(issueNumber(2, { labels: [] }));
    desk.platform.setBranch('main', REVERT, `This reverts commit ${'f'.repeat(40)}.`);
    const intake = intakeOf(desk);
    await intake.runOnce();
    desk.platform.removeIssue(1);
    desk.platform.setBranch('main', 'e'.repeat(40), `This reverts commit ${MERGE}.`);
    await intake.runOnce();
    expect([await countEvents(desk, 'ISSUE.REOPENED.SUCCESS'), viewsOf(intake)?.problem]).to.deep.equal([
      0,
      null,
    ]);
  });
});
