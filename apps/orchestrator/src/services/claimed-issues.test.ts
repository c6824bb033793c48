import { branchNameOf } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import {
  claimOnly,
  claimsOf,
  countEvents,
  type Desk,
  intakeOf,
  issueNumber,
  openDesk,
  plan,
  readEvents,
  recordAll,
  viewsOf,
} from '../testing/desk.ts';
import { startFlow } from '../testing/people.ts';
import { createRetention } from './retention.ts';

const ID = 'demo-1.r1';
const BRANCH = branchNameOf(1, 'Issue 1', ID);
const ANOTHER = { body: 'The library needs something else altogether now.' };

async function stateOf(desk: Desk, workflowId = ID) {
  await recordAll(desk);
  return desk.store.reader.getWorkflow(workflowId);
}

async function retire(desk: Desk): Promise<void> {
  await recordAll(desk);
  const onFailure = (id: string, error: Error) => void desk.problems.push(`${id}: ${error.message}`);
  await createRetention({ ...desk, claims: desk.store.claims, onRetired: () => {}, onFailure }).runOnce();
  await recordAll(desk);
}

/** What the steps up to the pull request leave on the platform and tell. */
async function openPullRequest(desk: Desk): Promise<number> {
  desk.platform.setBranch(BRANCH, 'change');
  const request = { head: BRANCH, base: 'main', title: 'Issue 1', body: 'Closes #1', issue: 1 };
  const { number, url } = await desk.platform.ensurePullRequest({ ...request, as: 'ready' });
  const about = { workflowId: ID };
  await desk.eventLog.append([
    buildEvent('BRANCH.CREATED.SUCCESS', { branch: BRANCH, base: 'main', baseCommit: 'beginning' }, about),
    buildEvent('COMMIT.CREATED.SUCCESS', { hash: 'change', message: 'Do it', author: 'tamma' }, about),
    buildEvent('PR.OPENED.SUCCESS', { number, url, head: BRANCH, base: 'main', commit: 'change' }, about),
  ]);
  return number;
}

describe('an issue that is edited while it is worked on', () => {
  it('has its work stopped, its pull request closed and its branch deleted, and is begun anew', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const number = await openPullRequest(desk);
    const intake = intakeOf(desk);
    desk.platform.addIssue(issueNumber(1, ANOTHER));
    await intake.runOnce();
    await intake.runOnce();
    expect(await countEvents(desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(1);
    expect(await stateOf(desk)).to.deep.include({
      status: 'cancelled',
      wasEdited: true,
      cancelledBecause: 'issue #1 was edited while it was worked on',
    });
    await retire(desk);
    expect((await desk.platform.readPullRequest(number))?.state).to.equal('closed');
    expect(desk.platform.readComments(number).map(({ text }) => text)[0]).to.match(
      /^Closed: issue #1 was edited/,
    );
    expect(await desk.platform.readBranch(BRANCH)).to.equal(null);
    expect(await countEvents(desk, 'PR.CLOSED.SUCCESS')).to.equal(1);
    await intake.runOnce();
    expect((await claimsOf(desk)).map(({ workflowId }) => workflowId)).to.deep.equal(['demo-1.r2']);
    expect(await desk.store.claims.countRestarts('demo', 1)).to.equal(1);
    expect(desk.problems).to.deep.equal([]);
  });

  it('keeps a branch that somebody else moved', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await openPullRequest(desk);
    desk.platform.setBranch(BRANCH, 'somebody-elses');
    desk.platform.addIssue(issueNumber(1, ANOTHER));
    await intakeOf(desk).runOnce();
    await retire(desk);
    expect(await desk.platform.readBranch(BRANCH)).to.equal('somebody-elses');
    expect(await claimsOf(desk)).to.have.length(0);
  });

  it('is not one whose labels, line ends or characters that no database takes differ', async () => {
    await using desk = await openDesk();
    const body = 'The library needs a function\nthat capitalizes \u0000 each word.';
    desk.platform.addIssue(issueNumber(1, { body }));
    const intake = intakeOf(desk);
    await intake.runOnce();
    desk.platform.addIssue(
      issueNumber(1, { body: `${body.replace('\n', '\r\n')}\r\n`, labels: ['tamma', 'bug'] }),
    );
    await intake.runOnce();
    await intakeOf(desk).runOnce();
    expect((await stateOf(desk))?.status).to.equal('running');
  });

  it('is only taken anew when its work had not begun', async () => {
    await using desk = await openDesk();
    await claimOnly(desk, 1);
    desk.platform.addIssue(issueNumber(1, ANOTHER));
    const intake = intakeOf(desk, { maxConcurrent: 0 });
    await intake.runOnce();
    await retire(desk);
    await intake.runOnce();
    expect((await claimsOf(desk)).map(({ workflowId }) => workflowId)).to.deep.equal(['demo-1.r2']);
    expect(await desk.store.claims.countRestarts('demo', 1)).to.equal(0);
    expect(desk.platform.readComments(1), 'nobody was told that it began').to.deep.equal([]);
  });

  it('waits for a person where the project says so, and is begun by itself three times at most elsewhere', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const project = { ...desk.project, onEdit: 'stop' } as const;
    const careful = intakeOf(desk, { projects: [{ project, plan, platform: desk.platform }] });
    desk.platform.addIssue(issueNumber(1, ANOTHER));
    await careful.runOnce();
    await retire(desk);
    await careful.runOnce();
    expect(viewsOf(careful)?.issues[0]?.reasons.join()).to.contain('onEdit: stop');
    const intake = intakeOf(desk);
    for (let edit = 1; edit <= 4; edit += 1) {
      await intake.runOnce();
      desk.platform.addIssue(
        issueNumber(1, { body: `${ANOTHER.body} And once more, for the ${edit}th time.` }),
      );
      await intake.runOnce();
      await retire(desk);
    }
    await intake.runOnce();
    expect(viewsOf(intake)?.issues[0]?.reasons.join()).to.contain(
      'it was edited while it was worked on 4 times',
    );
  });

  it('goes on when it is just being merged', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const fence = { workflowId: ID, taskId: `${ID}.first`, attempt: 1 };
    await desk.hashes.begin(fence, []);
    await desk.hashes.beginMerge(fence);
    desk.platform.addIssue(issueNumber(1, ANOTHER));
    await intakeOf(desk).runOnce();
    expect(await stateOf(desk)).to.deep.include({ status: 'running', wasEdited: false });
  });
});

describe('an issue that is closed while it is worked on', () => {
  it('has its work stopped by the next look, whoever leads by then', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await desk.platform.closeIssue(1);
    await intakeOf(desk).runOnce();
    expect(await stateOf(desk)).to.deep.include({
      status: 'cancelled',
      cancelledBecause: 'issue 1 was closed',
    });
    await retire(desk);
    expect(await claimsOf(desk)).to.have.length(0);
  });

  it('has its work stopped when it was deleted or moved elsewhere', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const intake = intakeOf(desk);
    await intake.runOnce();
    desk.platform.removeIssue(1);
    await intake.look('demo');
    expect((await stateOf(desk))?.cancelledBecause).to.equal('issue 1 was deleted');
    await retire(desk);
    expect([await claimsOf(desk), desk.problems]).to.deep.equal([[], []]);
  });
});

describe('a pull request of somebody else that closes an issue', () => {
  it('stops the work on it, and is named', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const { number } = desk.platform.addPullRequest({ head: 'my-way', author: 'maria', body: 'Fixes #1' });
    const intake = intakeOf(desk);
    await intake.runOnce();
    const why = `pull request #${number} of "maria" is open and closes issue #1`;
    expect((await stateOf(desk))?.cancelledBecause).to.equal(why);
    await retire(desk);
    await intake.runOnce();
    expect(viewsOf(intake)?.issues[0]?.reasons).to.include(
      `pull request #${number} of "maria" is open and closes it`,
    );
  });

  it('has ours closed when the work on it was stopped, whoever stopped it', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const ours = await openPullRequest(desk);
    const { number } = desk.platform.addPullRequest({ head: 'my-way', author: 'maria', body: 'Fixes #1' });
    await intakeOf(desk).runOnce();
    await stateOf(desk);
    await retire(desk);
    const states = desk.platform.listPullRequests().map((one) => [one.number, one.state]);
    expect(states).to.have.deep.members([
      [ours, 'closed'],
      [number, 'open'],
    ]);
  });

  it('stops nothing when its author may not steer, or when it is ours', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await openPullRequest(desk);
    desk.platform.setRole('visitor', 'read');
    desk.platform.addPullRequest({ head: 'x', author: 'visitor', isFromFork: true, body: 'Fixes #1' });
    desk.platform.addPullRequest({ head: 'tamma/issue-1-again', author: 'Tamma', body: 'Fixes #1' });
    await intakeOf(desk).runOnce();
    expect((await stateOf(desk))?.status).to.equal('running');
  });

  it('stops nothing that a person wanted in spite of it', async () => {
    await using desk = await openDesk();
    const rules = { ...desk.project.eligibility, skipWithPullRequest: false };
    const project = { ...desk.project, eligibility: rules };
    desk.platform.addIssue(issueNumber(1));
    await intakeOf(desk, { projects: [{ project, plan, platform: desk.platform }] }).runOnce();
    desk.platform.addPullRequest({ head: 'my-way', author: 'maria', body: 'Fixes #1' });
    await intakeOf(desk).runOnce();
    expect((await stateOf(desk))?.status).to.equal('running');
  });
});

describe('a look at one project', () => {
  it('is shared by all who ask for it while it waits to begin', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    let listings = 0;
    const listOpenIssues = () => {
      listings += 1;
      return desk.platform.listOpenIssues();
    };
    const platform = { ...desk.platform, listOpenIssues };
    const intake = intakeOf(desk, { projects: [{ project: desk.project, plan, platform }] });
    const pass = intake.runOnce();
    await Promise.all([
      pass,
      ...Array.from({ length: 50 }, () => intake.look('demo')),
      intake.look('nobody'),
    ]);
    expect(listings).to.equal(2);
    await intake.look('demo');
    expect(listings).to.equal(3);
    expect((await readEvents(desk)).filter(({ type }) => type === 'WORKFLOW.STARTED.SUCCESS')).to.have.length(
      1,
    );
  });
});
