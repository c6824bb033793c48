import { setTimeout as sleep } from 'node:timers/promises';
import { buildHead } from '@tamma/contracts/testing';
import { statusMarker, WORKING_LABEL } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { spineOf } from '@tamma/workflow';
import { expect } from 'chai';
import {
  cancel,
  claimOnly,
  type Desk,
  intakeOf,
  issueNumber,
  openDesk,
  plan,
  recordAll,
} from '../testing/desk.ts';
import { createRetention, type RetentionOptions } from './retention.ts';
import { createTurns } from './turns.ts';

const ID = 'demo-1.r1';
/** Time in which a retirement that waits for nobody is done. */
const TURN_GIVEN_MS = 300;
const SPINE = spineOf(
  buildHead({ workflowId: ID, template: { name: plan.name, hash: plan.hash, steps: [...plan.steps] } }),
);

async function openDeskWithFlows(numbers: readonly number[]): Promise<Desk> {
  const desk = await openDesk();
  for (const number of numbers) desk.platform.addIssue(issueNumber(number));
  await intakeOf(desk).runOnce();
  return desk;
}

async function end(desk: Desk, workflowId: string): Promise<void> {
  await cancel(desk, workflowId);
  await recordAll(desk);
}

/** What the first step puts on the issue. */
async function beginOn({ platform }: Desk, number: number): Promise<void> {
  await platform.markIssue(number, { labelsAdded: [WORKING_LABEL] });
  await platform.ensureComment(number, statusMarker(ID), 'Tamma is working on this issue.');
}

function retentionOf(desk: Desk, overrides: Partial<RetentionOptions> = {}) {
  let retired = 0;
  const retention = createRetention({
    ...desk,
    claims: desk.store.claims,
    onRetired: () => {
      retired += 1;
    },
    onFailure: (workflowId, error) => void desk.problems.push(`${workflowId}: ${error.message}`),
    ...overrides,
  });
  return { ...retention, retired: () => retired };
}

async function statuses(desk: Desk) {
  return Promise.all(SPINE.map((task) => desk.queue.readStatus(task)));
}

describe('retention', () => {
  it('takes flow, hash and claim of an ended workflow away, and frees its slot', async () => {
    await using desk = await openDeskWithFlows([1, 2]);
    expect((await desk.store.claims.countStarted()).get('demo')).to.equal(2);
    await end(desk, ID);
    const retention = retentionOf(desk);
    await retention.runOnce();
    expect(await statuses(desk)).to.deep.equal([null, null, null]);
    expect(await desk.redis.keys(`${desk.keys.workflow(ID)}*`)).to.deep.equal([]);
    expect((await desk.store.claims.listOpen('demo')).map(({ workflowId }) => workflowId)).to.deep.equal([
      'demo-2.r1',
    ]);
    expect((await desk.store.claims.countStarted()).get('demo')).to.equal(1);
    expect(retention.retired()).to.equal(1);
    await retention.runOnce();
    expect(retention.retired(), 'there is nothing left to take away').to.equal(1);
  });

  it('says on the issue of a workflow that a person cancelled that nobody works on it, and why', async () => {
    await using desk = await openDeskWithFlows([1]);
    await beginOn(desk, 1);
    await end(desk, ID);
    await retentionOf(desk).runOnce();
    expect((await desk.platform.readIssue(1))?.labels).to.deep.equal(['tamma']);
    expect(desk.platform.readComments(1).map(({ text }) => text.split('\n')[0])).to.deep.equal([
      'Tamma stopped: enough (workflow `demo-1.r1`).',
    ]);
  });

  it('gives the issue back: without our mark, assigned to nobody, and without a branch that holds nothing', async () => {
    await using desk = await openDeskWithFlows([1]);
    await beginOn(desk, 1);
    await desk.platform.markIssue(1, { assignee: 'tamma' });
    desk.platform.setBranch('tamma/issue-1-x', 'beginning');
    const created = { branch: 'tamma/issue-1-x', base: 'main', baseCommit: 'beginning' };
    await desk.eventLog.append([buildEvent('BRANCH.CREATED.SUCCESS', created, { workflowId: ID })]);
    await end(desk, ID);
    await retentionOf(desk).runOnce();
    expect(await desk.platform.readIssue(1)).to.deep.include({ assignee: null, labels: ['tamma'] });
    expect(await desk.platform.readBranch('tamma/issue-1-x')).to.equal(null);
  });

  it('holds what a person cancelled, though its labels changed meanwhile, until they change again', async () => {
    await using desk = await openDeskWithFlows([1]);
    desk.platform.addIssue(issueNumber(1, { labels: ['tamma', 'bug'] }));
    await end(desk, ID);
    await retentionOf(desk).runOnce();
    await intakeOf(desk).runOnce();
    expect(await desk.store.claims.listOpen('demo')).to.deep.equal([]);
    desk.platform.addIssue(issueNumber(1, { labels: ['tamma', 'urgent'] }));
    await intakeOf(desk).runOnce();
    const [claim] = await desk.store.claims.listOpen('demo');
    expect(claim?.workflowId).to.equal('demo-1.r2');
  });

  it('takes nobody off an issue but ourselves, and no branch away that somebody used', async () => {
    await using desk = await openDeskWithFlows([1]);
    await beginOn(desk, 1);
    await desk.platform.markIssue(1, { assignee: 'ada' });
    desk.platform.setBranch('tamma/issue-1-x', 'adas');
    const created = { branch: 'tamma/issue-1-x', base: 'main', baseCommit: 'beginning' };
    await desk.eventLog.append([buildEvent('BRANCH.CREATED.SUCCESS', created, { workflowId: ID })]);
    await end(desk, ID);
    await retentionOf(desk).runOnce();
    expect((await desk.platform.readIssue(1))?.assignee).to.equal('ada');
    expect(await desk.platform.readBranch('tamma/issue-1-x')).to.equal('adas');
  });

  it('tries again for some minutes to tell the people on the issue, then takes it away all the same', async () => {
    await using desk = await openDeskWithFlows([1]);
    await beginOn(desk, 1);
    await end(desk, ID);
    let [tries, nowMs] = [0, Date.now()];
    const markIssue = () => {
      tries += 1;
      return Promise.reject(new Error('the platform is away'));
    };
    const projects = [{ project: desk.project, plan, platform: { ...desk.platform, markIssue } }];
    const retention = retentionOf(desk, { projects, now: () => nowMs });
    await retention.runOnce();
    await retention.runOnce();
    expect([tries, desk.problems], 'it rests between two tries').to.deep.equal([1, []]);
    expect(await desk.store.claims.findOpen(ID)).to.not.equal(null);
    for (let seconds = 0; seconds < 200; seconds += 1) {
      nowMs += 1000;
      await retention.runOnce();
    }
    expect(await desk.store.claims.findOpen(ID)).to.equal(null);
    expect(desk.problems).to.deep.equal(['demo-1.r1: the platform is away']);
    expect(tries).to.be.within(5, 20);
  });

  it('takes it away once the platform is back, told and without our mark', async () => {
    await using desk = await openDeskWithFlows([1]);
    await beginOn(desk, 1);
    await end(desk, ID);
    let [isAway, nowMs] = [true, Date.now()];
    const readIssue = (number: number) =>
      isAway ? Promise.reject(new Error('the platform is away')) : desk.platform.readIssue(number);
    const projects = [{ project: desk.project, plan, platform: { ...desk.platform, readIssue } }];
    const retention = retentionOf(desk, { projects, now: () => nowMs });
    await retention.runOnce();
    isAway = false;
    nowMs += 5000;
    await retention.runOnce();
    expect(await desk.store.claims.findOpen(ID)).to.equal(null);
    expect((await desk.platform.readIssue(1))?.labels).to.deep.equal(['tamma']);
    expect(desk.platform.readComments(1)).to.have.length(1);
    expect(desk.problems).to.deep.equal([]);
  });

  it('leaves a workflow that runs alone', async () => {
    await using desk = await openDeskWithFlows([1]);
    await recordAll(desk);
    const retention = retentionOf(desk);
    await retention.runOnce();
    expect(await statuses(desk)).to.deep.equal(['pending', 'pending', 'pending']);
    expect(retention.retired()).to.equal(0);
  });

  it('leaves an ended workflow alone whose end is not on record', async () => {
    await using desk = await openDeskWithFlows([1]);
    await recordAll(desk);
    await cancel(desk, ID);
    await retentionOf(desk).runOnce();
    expect(await desk.redis.exists(desk.keys.workflow(ID))).to.equal(1);
    expect((await desk.store.claims.countStarted()).get('demo')).to.equal(1);
  });

  it('waits while a task still runs, and takes the workflow away afterwards', async () => {
    await using desk = await openDeskWithFlows([1]);
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const consumer = await desk.queue.consume({
      capability: 'git',
      concurrency: 1,
      handler: async () => {
        begun.resolve();
        await release.promise;
        return { kind: 'stop', why: 'the workflow is cancelled' };
      },
    });
    await begun.promise;
    await end(desk, ID);
    const retention = retentionOf(desk);
    await retention.runOnce();
    expect(retention.retired()).to.equal(0);
    expect((await statuses(desk))[0]).to.equal('running');
    expect((await desk.store.claims.countStarted()).get('demo')).to.equal(1);
    expect(await desk.redis.exists(desk.keys.workflow(ID)), 'the attempt still needs its hash').to.equal(1);
    release.resolve();
    await consumer.stop(1000);
    await retention.runOnce();
    expect(retention.retired()).to.equal(1);
    expect(await statuses(desk)).to.deep.equal([null, null, null]);
  });

  it('finishes what a crash left half done', async () => {
    await using desk = await openDeskWithFlows([1]);
    await end(desk, ID);
    await desk.queue.removeFlow(SPINE);
    await desk.hashes.remove(ID);
    await retentionOf(desk).runOnce();
    expect(await desk.store.claims.listOpen('demo')).to.have.length(0);
  });

  it('takes the others away when one makes trouble, and says which', async () => {
    await using desk = await openDeskWithFlows([1, 2]);
    await end(desk, ID);
    await end(desk, 'demo-2.r1');
    const removeFlow: typeof desk.queue.removeFlow = async (tasks) => {
      if (tasks[0]?.taskId.startsWith(ID) === true) throw new Error('a lock is in the way');
      return desk.queue.removeFlow(tasks);
    };
    const retention = retentionOf(desk, { queue: { ...desk.queue, removeFlow } });
    await retention.runOnce();
    expect(desk.problems).to.deep.equal([`${ID}: a lock is in the way`]);
    expect((await desk.store.claims.listOpen('demo')).map(({ workflowId }) => workflowId)).to.deep.equal([
      ID,
    ]);
    expect(retention.retired()).to.equal(1);
  });

  it('is never overtaken by a start that looked at the claim before', async () => {
    await using desk = await openDesk();
    const head = await claimOnly(desk, 1);
    // A crash before the mark: the flow is there and ran to its end, the claim looks as if it never started.
    await desk.hashes.open(head, []);
    await desk.queue.addFlow(SPINE);
    await end(desk, ID);

    const takeTurn = createTurns();
    const retention = retentionOf(desk);
    const retiring: Promise<void>[] = [];
    const open: typeof desk.hashes.open = async (own, events) => {
      retiring.push(takeTurn(retention.runOnce));
      await Promise.race([...retiring, sleep(TURN_GIVEN_MS)]);
      return desk.hashes.open(own, events);
    };
    await intakeOf(desk, { takeTurn, hashes: { ...desk.hashes, open } }).runOnce();
    await Promise.all(retiring);
    expect(retiring, 'the start was under way').to.have.length(1);
    expect(await statuses(desk)).to.deep.equal([null, null, null]);
    expect(await desk.redis.exists(desk.keys.workflow(ID))).to.equal(0);
    expect(await desk.store.claims.listOpen('demo')).to.have.length(0);
  });
});
