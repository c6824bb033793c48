import { buildEvent } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { startCrew } from '../testing/crew.ts';
import {
  claimOnly,
  type Desk,
  intakeOf,
  issueNumber,
  LIMITS,
  openDesk,
  plan,
  recordAll,
  rejectionOf,
} from '../testing/desk.ts';
import { openKeeper, repairsOf, wipeQueues } from '../testing/keeper.ts';
import { askPerson, escalate, startFlow, work } from '../testing/people.ts';
import { decideApproval } from '../use-cases/decide-approval.ts';
import { retryByPerson } from '../use-cases/retry-by-person.ts';

const ID = 'demo-1.r1';
const FIRST = { taskId: `${ID}.first`, capability: 'git' } as const;
const HOUR_MS = 3_600_000;

function depsOf(desk: Desk) {
  return { ...desk, ...LIMITS, reader: desk.store.reader, claims: desk.store.claims, now: Date.now };
}

async function statusOf(desk: Desk, workflowId = ID) {
  return (await desk.store.reader.getWorkflow(workflowId))?.status;
}

async function allRecorded(keeper: { lag(): Promise<number> }): Promise<void> {
  await eventually('all is on record', async () => (await keeper.lag()) === 0);
}

/** Closes the issue as somebody on the platform does. */
function closeIssue(desk: Desk, number: number): Promise<void> {
  return desk.platform.closeIssue(number);
}

describe('reconciler', () => {
  it('adds the tasks again that a queue has lost, each time that it does', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    await startFlow(desk, 1);
    for (let loss = 1; loss <= 2; loss += 1) {
      await allRecorded(keeper);
      await wipeQueues(desk);
      await keeper.reconcile();
      await keeper.reconcile();
      expect(keeper.repairs).to.have.length(loss);
      await allRecorded(keeper);
      expect(await repairsOf(desk), 'told once for each loss').to.have.length(loss);
    }
    const [told] = await repairsOf(desk);
    expect(told?.data).to.deep.equal({
      difference: 'its queue had lost tasks: first, second, third',
      repair: 'the tasks that have no outcome were added again',
    });
    await using crew = await startCrew(desk);
    await eventually('it ends', async () => (await statusOf(desk)) === 'completed');
    expect(crew.ran).to.have.length(3);
  });

  it('has what was parked ask again when its task was lost, and keeps the attempts made', async () => {
    await using desk = await openDesk();
    const { workflowId, approvalId } = await askPerson(desk, 1, 'plan');
    await using keeper = await openKeeper(desk);
    await wipeQueues(desk);
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal(['lost']);
    const word = { approvalId, decision: 'approve', comment: '', by: 'ann' } as const;
    expect(await decideApproval(depsOf(desk), word), 'the question is still open').to.include({
      kind: 'decided',
    });
    await using crew = await startCrew(desk);
    await eventually('it ends', async () => (await statusOf(desk, workflowId)) === 'completed');
    expect(crew.ran[0]).to.deep.equal({ taskId: `${workflowId}.first`, attempt: 2 });
  });

  it('shows a person what the queue gave up behind everybody', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    await startFlow(desk, 1);
    await work(desk, async () => ({ kind: 'stop', why: 'the lights went out' }));
    await eventually('it has failed', async () => (await desk.queue.readStatus(FIRST)) === 'failed');
    await allRecorded(keeper);
    await keeper.reconcile();
    await keeper.reconcile();
    await allRecorded(keeper);
    expect(keeper.repairs).to.deep.equal(['failed']);
    const state = await desk.store.reader.getWorkflow(ID);
    expect(state).to.include({ status: 'paused' });
    expect(state?.escalation).to.include({ taskId: FIRST.taskId, level: 3 });
    expect(state?.error?.message).to.contain('without an outcome: the lights went out');
    await retryByPerson(depsOf(desk), { workflowId: ID, reason: 'mended', by: 'ann' });
    await using _ = await startCrew(desk);
    await eventually('it ends', async () => (await statusOf(desk)) === 'completed');
  });

  it('leaves alone what stopped as it should, and what a person has just had tried again', async () => {
    await using desk = await openDesk();
    const { workflowId } = await escalate(desk, 1);
    await using keeper = await openKeeper(desk);
    await keeper.reconcile();
    const lost = async () => {
      throw new Error('Redis went away');
    };
    const deps = { ...depsOf(desk), queue: { ...desk.queue, retry: lost } };
    await rejectionOf(retryByPerson(deps, { workflowId, reason: 'mended', by: 'ann' }));
    await allRecorded(keeper);
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal([]);
    expect(await statusOf(desk)).to.equal('running');
  });

  it('wakes what parks though what it waited for is long over', async () => {
    await using desk = await openDesk();
    const asked = await askPerson(desk, 1, 'plan');
    const about = { workflowId: asked.workflowId, taskId: asked.taskId, stepId: 'first' };
    const data = { kind: 'plan', decision: 'approve', why: '', subject: 'f00d' } as const;
    const at = new Date().toISOString();
    const decided = { ...data, approvalId: asked.approvalId };
    await desk.eventLog.append([buildEvent('APPROVAL.PROVIDED.SUCCESS', decided, { ...about, at })]);
    let nowMs = Date.now();
    await using keeper = await openKeeper(desk, { now: () => nowMs });
    await allRecorded(keeper);
    await keeper.reconcile();
    expect(keeper.repairs, 'whoever decided, and the rescuer, come first').to.deep.equal([]);
    nowMs += 61_000;
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal(['parked']);
    expect(await desk.queue.readStatus(FIRST)).to.equal('pending');
  });

  it('leaves alone what waits for its person, and what waits in a paused queue', async () => {
    await using desk = await openDesk();
    await askPerson(desk, 1, 'question');
    const error = { code: 'SLOW', class: 'network', message: 'slow' } as const;
    const { workflowId } = await askPerson(desk, 2, 'plan');
    const about = { workflowId, taskId: `${workflowId}.first`, stepId: 'first', attempt: 2 };
    const at = new Date().toISOString();
    await desk.eventLog.append([
      buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'git', workerId: 'w1' }, { ...about, at }),
      buildEvent('TASK.RETRY.SCHEDULED', { error, retryCount: 1, retryDelayMs: 1 }, { ...about, at }),
    ]);
    await using keeper = await openKeeper(desk, { now: () => Date.now() + HOUR_MS });
    await allRecorded(keeper);
    await desk.queue.pause('git');
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal([]);
  });

  it('cancels a workflow whose issue was closed, and says so', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    await startFlow(desk, 1);
    await startFlow(desk, 2);
    await closeIssue(desk, 1);
    await allRecorded(keeper);
    await keeper.reconcile();
    await keeper.reconcile();
    await allRecorded(keeper);
    expect(await desk.store.reader.getWorkflow(ID)).to.include({
      status: 'cancelled',
      cancelledBecause: 'issue 1 was closed',
    });
    expect(await statusOf(desk, 'demo-2.r1')).to.equal('running');
    expect(keeper.repairs).to.deep.equal(['closed']);
    expect(await repairsOf(desk)).to.have.length(1);
  });

  it('cancels a workflow whose issue was deleted', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const platform = {
      ...desk.platform,
      listOpenIssues: async () => ({ issues: [], unreadable: [] }),
      readIssue: async () => null,
    };
    await using keeper = await openKeeper(desk, { projects: [{ project: desk.project, plan, platform }] });
    await allRecorded(keeper);
    await keeper.reconcile();
    await allRecorded(keeper);
    const state = await desk.store.reader.getWorkflow(ID);
    expect(state).to.include({ status: 'cancelled', cancelledBecause: 'issue 1 was deleted' });
  });

  it('lets a workflow end that merges, or has merged, though its issue is closed', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    await startFlow(desk, 1);
    await startFlow(desk, 2);
    await desk.hashes.begin({ workflowId: ID, taskId: FIRST.taskId, attempt: 1 }, []);
    await desk.hashes.beginMerge({ workflowId: ID, taskId: FIRST.taskId, attempt: 1 });
    const merged = { number: 7, mergeCommit: 'c0ffee' };
    await desk.eventLog.append([buildEvent('PR.MERGED.SUCCESS', merged, { workflowId: 'demo-2.r1' })]);
    await closeIssue(desk, 1);
    await closeIssue(desk, 2);
    await allRecorded(keeper);
    await keeper.reconcile();
    await allRecorded(keeper);
    expect(await statusOf(desk)).to.equal('running');
    expect(await statusOf(desk, 'demo-2.r1')).to.equal('running');
    expect(keeper.repairs).to.deep.equal([]);
  });

  it('believes no listing that is cut short, and goes on when a platform does not answer', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const listings = [
      async () => ({ issues: [], unreadable: [] }),
      async () => {
        throw new Error('the platform is away');
      },
    ];
    for (const listOpenIssues of listings) {
      const platform = { ...desk.platform, listOpenIssues };
      await using keeper = await openKeeper(desk, { projects: [{ project: desk.project, plan, platform }] });
      await allRecorded(keeper);
      await wipeQueues(desk);
      await keeper.reconcile();
      expect(keeper.repairs).to.deep.equal(['lost']);
      expect(await statusOf(desk)).to.equal('running');
    }
    expect(desk.problems).to.deep.equal(['demo: the platform is away']);
  });

  it('removes what Redis holds of a workflow without a claim, an hour later', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    const unknown = { ...(await claimOnly(desk, 2)), workflowId: 'stranger-9.r1' };
    await desk.hashes.open(unknown, []);
    await desk.store.claims.close(ID);
    await recordAll(desk);
    let nowMs = Date.now();
    await using keeper = await openKeeper(desk, { now: () => nowMs });
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal([]);
    nowMs += HOUR_MS + 1000;
    await keeper.reconcile();
    expect(keeper.repairs).to.deep.equal(['leftover', 'leftover']);
    expect(await desk.hashes.list(10)).to.deep.equal([]);
    expect(await desk.queue.readStatus(FIRST)).to.equal(null);
  });

  it('finds no difference while workers run at full speed', async () => {
    await using desk = await openDesk();
    // What is on its way has to arrive between two looks, on a full machine too.
    await using keeper = await openKeeper(desk, { settleMs: 100 });
    const count = 40;
    for (let number = 1; number <= count; number += 1) desk.platform.addIssue(issueNumber(number));
    await using crew = await startCrew(desk, {
      concurrency: 10,
      behave: ({ stepId, begun }) =>
        stepId === 'third' && begun.rounds.length < 2
          ? { kind: 'send-back', steps: ['first', 'second'] }
          : { kind: 'done' },
    });
    const starting = intakeOf(desk, { maxConcurrent: count }).runOnce();
    const ended = async () => (await desk.store.reader.countWorkflows()).completed === count;
    let looks = 0;
    while (!(await ended())) {
      await keeper.reconcile();
      looks += 1;
    }
    await starting;
    expect(looks).to.be.above(1);
    expect(keeper.repairs).to.deep.equal([]);
    expect(desk.problems).to.deep.equal([]);
    expect(crew.ran).to.have.length(count * 9);
  });
});
