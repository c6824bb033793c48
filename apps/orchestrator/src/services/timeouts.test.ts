import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import {
  countEvents,
  type Desk,
  intakeOf,
  issueNumber,
  openDesk,
  recordAll,
  rejectionOf,
} from '../testing/desk.ts';
import { createTimeouts, type TimeoutsOptions } from './timeouts.ts';

const UNTIL = '2026-01-08T00:00:00.000Z';
const BEFORE = Date.parse(UNTIL) - 1;
const AFTER = Date.parse(UNTIL);
const error = { code: 'GATE_FAILED', class: 'gate', message: 'the tests are red' } as const;

async function openDeskWithFlows(numbers: readonly number[]): Promise<Desk> {
  const desk = await openDesk();
  for (const number of numbers) desk.platform.addIssue(issueNumber(number));
  await intakeOf(desk).runOnce();
  return desk;
}

function escalated(workflowId: string) {
  const about = { workflowId, stepId: 'first', taskId: `${workflowId}.first`, attempt: 1 };
  return [
    buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, about),
    buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 1, error, until: UNTIL }, about),
  ];
}

function timeoutsOf(desk: Desk, nowMs: number, overrides: Partial<TimeoutsOptions> = {}) {
  return createTimeouts({
    ...desk,
    reader: desk.store.reader,
    now: () => nowMs,
    onFailure: (workflowId, thrown) => void desk.problems.push(`${workflowId}: ${thrown.message}`),
    ...overrides,
  });
}

describe('timeouts', () => {
  it('cancel an escalation that nobody answered by its deadline, and not a moment earlier', async () => {
    await using desk = await openDeskWithFlows([1]);
    await desk.eventLog.append(escalated('demo-1.r1'));
    await recordAll(desk);
    await timeoutsOf(desk, BEFORE).runOnce();
    await recordAll(desk);
    expect(await desk.store.reader.getWorkflow('demo-1.r1')).to.include({ status: 'paused' });
    await timeoutsOf(desk, AFTER).runOnce();
    await recordAll(desk);
    expect(await desk.store.reader.getWorkflow('demo-1.r1')).to.include({
      status: 'cancelled',
      cancelledBecause: 'nobody answered the escalation in time: the tests are red',
    });
    const begun = await desk.hashes.begin({ workflowId: 'demo-1.r1', taskId: 'demo-1.r1.first', attempt: 2 });
    expect(begun.kind, 'no attempt runs any more').to.equal('cancelled');
  });

  it('put one end on record however often they fire before it is there', async () => {
    await using desk = await openDeskWithFlows([1]);
    await desk.eventLog.append(escalated('demo-1.r1'));
    await recordAll(desk);
    for (let pass = 0; pass < 3; pass += 1) await timeoutsOf(desk, AFTER).runOnce();
    expect(await countEvents(desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(3);
    await recordAll(desk);
    const ends = await desk.store.reader.listEvents({ types: ['WORKFLOW.CANCELLED.SUCCESS'], limit: 10 });
    expect(ends).to.have.length(1);
  });

  it('end a workflow that Redis has forgotten', async () => {
    await using desk = await openDeskWithFlows([1]);
    await desk.eventLog.append(escalated('demo-1.r1'));
    await recordAll(desk);
    await desk.hashes.remove('demo-1.r1');
    await timeoutsOf(desk, AFTER).runOnce();
    await recordAll(desk);
    expect(await desk.store.reader.getWorkflow('demo-1.r1')).to.include({ status: 'cancelled' });
  });

  it('cancel also when the step that sent work back still waits for what failed', async () => {
    await using desk = await openDeskWithFlows([1]);
    const round = { round: 1, kind: 'repair', steps: ['first'], why: 'a gate is red' } as const;
    const asker = { workflowId: 'demo-1.r1', stepId: 'second', taskId: 'demo-1.r1.second', attempt: 1 };
    const repair = { workflowId: 'demo-1.r1', stepId: 'first', taskId: 'demo-1.r1.first.1', attempt: 1 };
    await desk.eventLog.append([
      buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'ai', workerId: 'w1' }, asker),
      buildEvent('ROUND.STARTED.SUCCESS', { ...round, steps: [...round.steps] }, asker),
      buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, repair),
      buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 1, error, until: UNTIL }, repair),
    ]);
    await recordAll(desk);
    await timeoutsOf(desk, AFTER).runOnce();
    expect(await countEvents(desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(1);
  });

  it('leave an approval to its own step, which watches its deadline', async () => {
    await using desk = await openDeskWithFlows([1]);
    const data = {
      approvalId: 'x.plan-approval.a1',
      kind: 'plan',
      subject: 'f00d',
      risk: 'high',
      why: 'it touches everything',
      until: UNTIL,
    } as const;
    await desk.eventLog.append([buildEvent('APPROVAL.REQUESTED.SUCCESS', data, { workflowId: 'demo-1.r1' })]);
    await recordAll(desk);
    await timeoutsOf(desk, AFTER).runOnce();
    expect(await countEvents(desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(0);
  });

  it('leave a question to its own step as well', async () => {
    await using desk = await openDeskWithFlows([1]);
    const data = { approvalId: 'demo-1.r1.first.a1', question: 'Which one?', until: UNTIL };
    await desk.eventLog.append([buildEvent('QUESTION.ASKED.SUCCESS', data, { workflowId: 'demo-1.r1' })]);
    await recordAll(desk);
    await timeoutsOf(desk, AFTER).runOnce();
    expect(await countEvents(desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(0);
  });

  it('cancel the others when one makes trouble, and say which', async () => {
    await using desk = await openDeskWithFlows([1, 2]);
    await desk.eventLog.append([...escalated('demo-1.r1'), ...escalated('demo-2.r1')]);
    await recordAll(desk);
    const cancel: typeof desk.hashes.cancel = async (workflowId, events) => {
      if (workflowId === 'demo-1.r1') throw new Error('its key holds something else');
      return desk.hashes.cancel(workflowId, events);
    };
    await timeoutsOf(desk, AFTER, { hashes: { ...desk.hashes, cancel } }).runOnce();
    expect(desk.problems).to.deep.equal(['demo-1.r1: its key holds something else']);
    await recordAll(desk);
    expect(await desk.store.reader.getWorkflow('demo-2.r1')).to.include({ status: 'cancelled' });
  });

  it('say that they could not look', async () => {
    await using desk = await openDesk();
    const listWorkflows = async () => {
      throw new Error('PostgreSQL went away');
    };
    const timeouts = timeoutsOf(desk, AFTER, { reader: { ...desk.store.reader, listWorkflows } });
    expect(await rejectionOf(timeouts.runOnce())).to.have.property('message', 'PostgreSQL went away');
  });
});
