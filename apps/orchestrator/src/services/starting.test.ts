import { spineOf } from '@tamma/workflow';
import { expect } from 'chai';
import { createHoldBack } from '../hold-back.ts';
import {
  claimOnly,
  claimsOf,
  countFlows,
  intakeOf,
  issueNumber,
  openDesk,
  recordAll,
  viewsOf,
} from '../testing/desk.ts';

describe('starting what is claimed', () => {
  it('starts what was claimed before a crash', async () => {
    await using desk = await openDesk();
    const { workflowId } = await claimOnly(desk, 1);
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(1);
    expect((await claimsOf(desk)).map((claim) => claim.workflowId)).to.deep.equal([workflowId]);
    await recordAll(desk);
    expect(await desk.store.reader.getWorkflow(workflowId)).to.include({ status: 'running' });
  });

  it('adds the flow that a crash kept from a workflow with a hash', async () => {
    await using desk = await openDesk();
    const head = await claimOnly(desk, 1);
    await desk.hashes.open(head, []);
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(1);
    expect((await claimsOf(desk))[0]?.startedAt).to.be.a('string');
  });

  it('adds no second flow when a crash only kept the claim from being marked', async () => {
    await using desk = await openDesk();
    const head = await claimOnly(desk, 1);
    const spine = spineOf(head);
    await desk.hashes.open(head, []);
    await desk.queue.addFlow(spine);
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(1);
    expect(await Promise.all(spine.map((task) => desk.queue.readStatus(task)))).to.deep.equal([
      'pending',
      'pending',
      'pending',
    ]);
    expect((await claimsOf(desk))[0]?.startedAt).to.be.a('string');
  });

  it('passes over a workflow that cannot be started, and says so', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1, { labels: ['tamma', 'priority: high'] }));
    desk.platform.addIssue(issueNumber(2));
    const addFlow: typeof desk.queue.addFlow = async (tasks) => {
      if (tasks[0]?.payload.workflowId === 'demo-1.r1') throw new Error('no room');
      await desk.queue.addFlow(tasks);
    };
    const intake = intakeOf(desk, { maxConcurrent: 1, queue: { ...desk.queue, addFlow } });
    await intake.runOnce();
    expect((await claimsOf(desk)).map(({ issue, startedAt }) => [issue, startedAt !== null])).to.deep.equal([
      [1, false],
      [2, true],
    ]);
    expect(viewsOf(intake)?.problem).to.equal('no room');
    const healed = intakeOf(desk, { maxConcurrent: 2 });
    await healed.runOnce();
    expect((await claimsOf(desk)).every(({ startedAt }) => startedAt !== null)).to.equal(true);
    expect(await countFlows(desk)).to.equal(2);
    expect(viewsOf(healed)?.problem).to.equal(null);
  });

  it('does not start what is claimed already while it is held back', async () => {
    await using desk = await openDesk();
    await claimOnly(desk, 1);
    const info = async () => 'used_memory:70\r\nmaxmemory:100\r\n';
    const consumer = await desk.eventLog.consumer('recorder');
    const holdBack = createHoldBack({ redis: { info }, consumer, unrecordedMax: 1000 });
    const intake = intakeOf(desk, { holdBack });
    await intake.runOnce();
    expect(await countFlows(desk)).to.equal(0);
    expect(viewsOf(intake)?.problem).to.contain('Redis has used 70 % of its memory');
  });
});
