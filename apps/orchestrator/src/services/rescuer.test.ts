import { buildEvent } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { type Desk, LIMITS, openDesk, recordAll } from '../testing/desk.ts';
import { askPerson, escalate, startFlow, work } from '../testing/people.ts';
import { cancelByPerson } from '../use-cases/cancel-by-person.ts';
import { decideApproval } from '../use-cases/decide-approval.ts';
import { resumeByPerson } from '../use-cases/resume-by-person.ts';
import { retryByPerson } from '../use-cases/retry-by-person.ts';
import { suspendByPerson } from '../use-cases/suspend-by-person.ts';
import { createCensus } from './census.ts';
import { createRescuer } from './rescuer.ts';

function depsOf(desk: Desk) {
  return { ...desk, ...LIMITS, reader: desk.store.reader, claims: desk.store.claims, now: Date.now };
}

function rescuerOf(desk: Desk, queue = desk.queue) {
  const onFailure = (workflowId: string, error: Error) =>
    void desk.problems.push(`${workflowId}: ${error.message}`);
  return createRescuer({ reader: desk.store.reader, queue, census: createCensus(), onFailure });
}

async function statusOf(desk: Desk, taskId: string) {
  return desk.queue.readStatus({ taskId, capability: 'git' });
}

const lost = async () => {
  throw new Error('Redis went away');
};

/** A decision that was stored and told, and whose task nobody woke. */
async function decideOnly(desk: Desk, number: number) {
  const asked = await askPerson(desk, number, 'plan');
  const request = { approvalId: asked.approvalId, decision: 'approve', comment: '', by: 'ann' } as const;
  await decideApproval({ ...depsOf(desk), queue: { ...desk.queue, promote: lost } }, request).catch(() => {
    // The queue that goes away is what this is about.
  });
  await recordAll(desk);
  return asked;
}

describe('rescuer', () => {
  it('wakes a task whose person has decided', async () => {
    await using desk = await openDesk();
    const { taskId } = await decideOnly(desk, 1);
    expect(await statusOf(desk, taskId)).to.equal('scheduled');
    await rescuerOf(desk).runOnce();
    expect(await statusOf(desk, taskId)).to.equal('pending');
    await rescuerOf(desk).runOnce();
    expect(await statusOf(desk, taskId), 'once is enough').to.equal('pending');
  });

  it('has a task tried again whose person said so', async () => {
    await using desk = await openDesk();
    const { workflowId, taskId } = await escalate(desk, 1);
    const deps = { ...depsOf(desk), queue: { ...desk.queue, retry: lost } };
    await retryByPerson(deps, { workflowId, reason: 'mended', by: 'ann' }).catch(() => {
      // The queue that goes away is what this is about.
    });
    await recordAll(desk);
    expect(await statusOf(desk, taskId)).to.equal('failed');
    await rescuerOf(desk).runOnce();
    expect(await statusOf(desk, taskId)).to.equal('pending');
  });

  it('leaves alone what waits for a person, for a time, in its queue, or for nothing any more', async () => {
    await using desk = await openDesk();
    const asked = await askPerson(desk, 1, 'question');
    const failed = await escalate(desk, 2);
    const timed = await askPerson(desk, 3, 'plan');
    const ended = await decideOnly(desk, 4);
    await cancelByPerson(depsOf(desk), { workflowId: ended.workflowId, reason: 'x', by: 'ann' });
    const queued = await startFlow(desk, 5);
    const error = { code: 'SLOW', class: 'network', message: 'slow' } as const;
    const about = { workflowId: timed.workflowId, taskId: timed.taskId, stepId: 'first', attempt: 2 };
    await desk.eventLog.append([
      buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'git', workerId: 'w1' }, about),
      buildEvent('TASK.RETRY.SCHEDULED', { error, retryCount: 1, retryDelayMs: 60_000 }, about),
    ]);
    await recordAll(desk);
    await rescuerOf(desk).runOnce();
    const statuses = [];
    for (const { taskId } of [asked, failed, timed, ended, { taskId: `${queued}.first` }]) {
      statuses.push(await statusOf(desk, taskId));
    }
    expect(statuses).to.deep.equal(['scheduled', 'failed', 'scheduled', 'scheduled', 'pending']);
  });

  it('wakes the others when one makes trouble, and says which', async () => {
    await using desk = await openDesk();
    const one = await decideOnly(desk, 1);
    const other = await decideOnly(desk, 2);
    const promote: typeof desk.queue.promote = async (task) => {
      if (task.taskId === one.taskId) throw new Error('its key holds something else');
      return desk.queue.promote(task);
    };
    await rescuerOf(desk, { ...desk.queue, promote }).runOnce();
    expect(desk.problems).to.deep.equal([`${one.workflowId}: its key holds something else`]);
    expect(await statusOf(desk, other.taskId)).to.equal('pending');
  });

  it('wakes what parked while it was suspended, once that is lifted', async () => {
    await using desk = await openDesk();
    const workflowId = await startFlow(desk, 1);
    const word = { workflowId, reason: 'a release', by: 'ann' };
    await suspendByPerson(depsOf(desk), word);
    await work(desk, async () => ({ kind: 'park', until: Date.now() + 3_600_000 }));
    const taskId = `${workflowId}.first`;
    await eventually('it is parked', async () => (await statusOf(desk, taskId)) === 'scheduled');
    await recordAll(desk);
    await rescuerOf(desk).runOnce();
    expect(await statusOf(desk, taskId), 'it stands still').to.equal('scheduled');
    await resumeByPerson({ ...depsOf(desk), queue: { ...desk.queue, promote: lost } }, word).catch(() => {
      // The queue that goes away is what this is about.
    });
    await recordAll(desk);
    await rescuerOf(desk).runOnce();
    expect(await statusOf(desk, taskId)).to.equal('pending');
  });

  it('does not try again for ever what the queue gives up behind everybody', async () => {
    await using desk = await openDesk();
    const workflowId = await startFlow(desk, 1);
    await work(desk, async () => ({ kind: 'stop', why: 'the lights went out' }));
    const taskId = `${workflowId}.first`;
    await eventually('it has failed', async () => (await statusOf(desk, taskId)) === 'failed');
    await recordAll(desk);
    await rescuerOf(desk).runOnce();
    expect(await statusOf(desk, taskId)).to.equal('failed');
  });
});
