import { eventually, testServers } from '@tamma/testing';
import { Queue } from 'bullmq';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { FlowTask } from '../queue.ts';
import { consumeAll, flowOf, openQueue, type TestQueue } from '../testing/bench.ts';
import { openDamage } from './testing/damage.ts';

function only(workflowId: string): FlowTask {
  const [task] = flowOf(workflowId, [['only', 'git']]);
  if (task === undefined) throw new Error('the flow is empty');
  return task;
}

async function untilStatus(queue: TestQueue, task: FlowTask, status: string): Promise<void> {
  await eventually(`it is ${status}`, async () => (await queue.readStatus(task)) === status);
}

const codeOf = (thrown: unknown) =>
  thrown instanceof Error && 'code' in thrown ? thrown.code : String(thrown);

describe('what failed in the queue', () => {
  it('can be listed with its reason, be it ours or not, newest first and no more than asked for', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const stalled = only('stalled-1.r1');
    await queue.addFlow([stalled]);
    await damage.setField(stalled, 'defa', 'job stalled more than allowable limit');
    await consumeAll(queue, () => ({ kind: 'stop', why: 'a person is needed' }));
    await untilStatus(queue, stalled, 'failed');
    await addRubbish(queue.prefix);
    await eventually('it fails', async () => (await queue.counts()).git.failed === 2);
    const stopped = only('stopped-1.r1');
    await queue.addFlow([stopped]);
    await untilStatus(queue, stopped, 'failed');
    const listed = (await queue.listFailed('git', 10)).map(({ taskId, workflowId, reason }) => [
      taskId,
      workflowId,
      reason,
    ]);
    expect(listed).to.deep.equal([
      [stopped.taskId, 'stopped-1.r1', 'a person is needed'],
      ['rubbish', null, 'task rubbish carries no usable payload'],
      [stalled.taskId, 'stalled-1.r1', 'job stalled more than allowable limit'],
    ]);
    expect(await queue.listFailed('git', 1)).to.have.lengthOf(1);
    expect(await queue.listFailed('ai', 10)).to.deep.equal([]);
    expect((await queue.listFailed('git', 1))[0]?.failedAt).to.be.closeTo(Date.now(), 60_000);
    for (const limit of [0, 1001]) {
      expect(await queue.listFailed('git', limit).catch(codeOf)).to.equal('LIMIT_INVALID');
    }
  });

  it('runs again by a retry, the one that stalled too often as well', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const task = only('stalled-2.r1');
    await queue.addFlow([task]);
    await damage.setField(task, 'defa', 'job stalled more than allowable limit');
    await consumeAll(queue, () => ({ kind: 'done' }));
    await untilStatus(queue, task, 'failed');
    expect(await queue.retry(task)).to.equal(true);
    await untilStatus(queue, task, 'completed');
  });
});

async function addRubbish(productPrefix: string): Promise<void> {
  const redis = new Redis(testServers().redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue('git', { connection: redis, prefix: `${productPrefix}-queue` });
  await queue.add('rubbish', { workflowId: 7 }, { jobId: 'rubbish', priority: 1 });
  await queue.close();
  redis.disconnect();
}

describe('an attempt', () => {
  it('goes on from the number that its task had before the queue lost it', async () => {
    await using queue = await openQueue();
    const task = only('lost-1.r1');
    const attempts: number[] = [];
    await consumeAll(queue, ({ attempt }) => {
      attempts.push(attempt);
      return attempts.length < 2 ? { kind: 'hand-back' } : { kind: 'done' };
    });
    await queue.addFlow([{ ...task, payload: { ...task.payload, attemptsBefore: 7 } }]);
    await untilStatus(queue, task, 'completed');
    expect(attempts).to.deep.equal([8, 9]);
  });

  it('that broke is parked though Redis refuses the note about it', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const task = only('note-1.r1');
    await damage.spoilLog(task);
    const failures: number[] = [];
    await consumeAll(queue, (attempt) => {
      failures.push(attempt.failures);
      if (failures.length === 1) throw new Error('Redis went away');
      return { kind: 'done' };
    });
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'completed');
    expect(failures).to.deep.equal([0, 0]);
  });
});
