import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import {
  claimOnly,
  countEvents,
  type Desk,
  intakeOf,
  issueNumber,
  openDesk,
  recordAll,
  rejectionOf,
} from '../testing/desk.ts';
import { createCensus } from './census.ts';
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

function escalated(workflowId: string, at = '2026-01-07T23:00:00.000Z') {
  const about = { workflowId, stepId: 'first', taskId: `${workflowId}.first`, attempt: 1, at };
  return [
    buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, about),
    buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 2, error, until: UNTIL }, about),
  ];
}

function timeoutsOf(desk: Desk, nowMs: number, overrides: Partial<TimeoutsOptions> = {}) {
  return createTimeouts({
    ...desk,
    reader: desk.store.reader,
    census: createCensus(),
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
    const begun = await desk.hashes.begin(
      { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.first', attempt: 2 },
      [],
    );
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
      buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 2, error, until: UNTIL }, repair),
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

  it('have an escalation concern more people as time passes, each level told once', async () => {
    await using desk = await openDeskWithFlows([1]);
    await desk.eventLog.append(escalated('demo-1.r1', '2026-01-01T00:00:00.000Z'));
    await recordAll(desk);
    const levels: (number | undefined)[] = [];
    for (const day of ['02T17:59:59', '02T18:00:00', '03T00:00:00', '06T06:00:00', '07T00:00:00']) {
      const nowMs = Date.parse(`2026-01-${day}.000Z`);
      for (let pass = 0; pass < 2; pass += 1) await timeoutsOf(desk, nowMs).runOnce();
      await recordAll(desk);
      levels.push((await desk.store.reader.getWorkflow('demo-1.r1'))?.escalation?.level);
    }
    expect(levels).to.deep.equal([2, 3, 3, 4, 4]);
    expect(await countEvents(desk, 'ESCALATION.RAISED.SUCCESS')).to.equal(2);
  });

  it('cancel what nobody resumed in time, whether it had begun or not', async () => {
    await using desk = await openDeskWithFlows([1]);
    await claimOnly(desk, 2);
    const suspended = (workflowId: string) =>
      buildEvent('WORKFLOW.SUSPENDED.SUCCESS', { why: 'a release', until: UNTIL }, { workflowId });
    await desk.eventLog.append([suspended('demo-1.r1'), suspended('demo-2.r1')]);
    await recordAll(desk);
    await timeoutsOf(desk, BEFORE).runOnce();
    expect(await countEvents(desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(0);
    await timeoutsOf(desk, AFTER).runOnce();
    await recordAll(desk);
    for (const id of ['demo-1.r1', 'demo-2.r1']) {
      const state = await desk.store.reader.getWorkflow(id);
      expect(state).to.include({ status: 'cancelled' });
      expect(state?.cancelledBecause).to.match(/^nobody resumed it in time; suspended by .*: a release$/);
    }
  });

  it('let an escalation stand still with its workflow', async () => {
    await using desk = await openDeskWithFlows([1]);
    const until = '2026-03-01T00:00:00.000Z';
    const suspended = buildEvent(
      'WORKFLOW.SUSPENDED.SUCCESS',
      { why: 'x', until },
      { workflowId: 'demo-1.r1' },
    );
    await desk.eventLog.append([...escalated('demo-1.r1'), suspended]);
    await recordAll(desk);
    await timeoutsOf(desk, AFTER).runOnce();
    expect(await countEvents(desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(0);
    expect(await countEvents(desk, 'ESCALATION.RAISED.SUCCESS')).to.equal(0);
  });

  it('count for gauges what waits, and how far it has risen', async () => {
    await using desk = await openDeskWithFlows([1, 2]);
    await desk.eventLog.append(escalated('demo-1.r1'));
    await recordAll(desk);
    const census = createCensus();
    await timeoutsOf(desk, BEFORE, { census }).runOnce();
    expect([...census.waitingByReason()]).to.deep.equal([['human', 1]]);
    expect([...census.escalationsByLevel()]).to.deep.equal([[2, 1]]);
    census.forget();
    expect([...census.waitingByReason()]).to.deep.equal([]);
  });
});
