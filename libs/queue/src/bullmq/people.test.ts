import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { Fate, FlowTask } from '../queue.ts';
import { consumeAll, flowOf, openQueue, type TestQueue } from '../testing/bench.ts';
import { openBoardQueues } from './index.ts';

function onlyTask(workflowId: string): FlowTask {
  const [task] = flowOf(workflowId, [['only', 'git']]);
  if (task === undefined) throw new Error('the flow is empty');
  return task;
}

async function untilStatus(queue: TestQueue, task: FlowTask, status: string): Promise<void> {
  await eventually(`it is ${status}`, async () => (await queue.readStatus(task)) === status);
}

describe('a retry by a person', () => {
  it('runs a failed task again with all its attempts, once when two ask at once', async () => {
    await using queue = await openQueue();
    const seen: [number, number][] = [];
    const fates: Fate[] = [
      { kind: 'retry', delayMs: 1, why: 'flaky' },
      { kind: 'stop', why: 'no' },
      { kind: 'retry', delayMs: 1, why: 'flaky' },
      { kind: 'retry', delayMs: 1, why: 'flaky' },
    ];
    await consumeAll(queue, ({ attempt, failures }) => {
      seen.push([attempt, failures]);
      return fates.shift() ?? { kind: 'done' };
    });
    const task = onlyTask('again-1.r1');
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'failed');
    const answers = await Promise.all(Array.from({ length: 10 }, () => queue.retry(task)));
    expect(answers.filter(Boolean)).to.have.lengthOf(1);
    await untilStatus(queue, task, 'completed');
    expect(seen).to.deep.equal([
      [1, 0],
      [2, 1],
      [3, 0],
      [4, 1],
      [5, 2],
    ]);
  });

  it('forgets the stalls of the task', async () => {
    await using queue = await openQueue();
    const redis = new Redis(testServers().redisUrl);
    let runs = 0;
    await consumeAll(queue, () => {
      runs += 1;
      return runs === 1 ? { kind: 'stop', why: 'no' } : { kind: 'done' };
    });
    const task = onlyTask('stalls-1.r1');
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'failed');
    const key = `${queue.prefix}-queue:git:${task.taskId}`;
    await redis.hset(key, 'stc', '7');
    expect(await queue.retry(task)).to.equal(true);
    expect(await redis.hget(key, 'stc')).to.equal(null);
    redis.disconnect();
    await untilStatus(queue, task, 'completed');
  });

  it('changes nothing for a task that has not failed, or is not there', async () => {
    await using queue = await openQueue();
    const task = onlyTask('queued-1.r1');
    expect(await queue.retry(task)).to.equal(false);
    await queue.addFlow([task]);
    expect(await queue.retry(task)).to.equal(false);
    await consumeAll(queue, () => ({ kind: 'done' }));
    await untilStatus(queue, task, 'completed');
    expect(await queue.retry(task)).to.equal(false);
    expect(await queue.readStatus(task)).to.equal('completed');
  });
});

describe('a parked task', () => {
  it('is woken at once when what it waits for came just before it parked', async () => {
    await using queue = await openQueue();
    let runs = 0;
    let asked = 0;
    const isOver = async () => {
      asked += 1;
      return asked === 2;
    };
    await consumeAll(queue, () => {
      runs += 1;
      return runs < 3
        ? { kind: 'park', until: Date.now() + (runs - 1) * 3_600_000, isOver }
        : { kind: 'done' };
    });
    const task = onlyTask('woken-1.r1');
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'completed');
    expect([runs, asked]).to.deep.equal([3, 2]);
  });

  it('stays parked when that could not be found out', async () => {
    await using queue = await openQueue();
    await consumeAll(queue, () => ({
      kind: 'park',
      until: Date.now() + 3_600_000,
      isOver: () => Promise.reject(new Error('Redis went away')),
    }));
    const task = onlyTask('unknown-1.r1');
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'scheduled');
    expect((await queue.counts()).git).to.include({ failed: 0, delayed: 1 });
  });

  it('is woken once when ten wake it at once', async () => {
    await using queue = await openQueue();
    const runs: number[] = [];
    await consumeAll(queue, ({ attempt }) => {
      runs.push(attempt);
      return { kind: 'park', until: Date.now() + 3_600_000 };
    });
    const task = onlyTask('ten-1.r1');
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'scheduled');
    const answers = await Promise.all(Array.from({ length: 10 }, () => queue.promote(task)));
    expect(answers.filter(Boolean).length).to.be.within(1, 2);
    await untilStatus(queue, task, 'scheduled');
  });
});

describe('the place of a task in its queue', () => {
  it('is counted from one in the order in which workers take them, and null for what is not queued', async () => {
    await using queue = await openQueue();
    const [low, high] = [onlyTask('low-1.r1'), onlyTask('high-1.r1')];
    await queue.addFlow([{ ...low, priority: 2000 }]);
    const [first, second] = flowOf('two-1.r1', [
      ['first', 'git'],
      ['second', 'git'],
    ]);
    if (first === undefined || second === undefined) throw new Error('the flow is empty');
    await queue.addFlow([
      { ...first, priority: 1000 },
      { ...second, priority: 10 },
    ]);
    await queue.addFlow([{ ...high, priority: 1 }]);
    const places = () =>
      Promise.all([high, first, low, second, onlyTask('nobody-1.r1')].map((task) => queue.position(task)));
    expect(await places()).to.deep.equal([1, 2, 3, null, null]);
    const redis = new Redis(testServers().redisUrl);
    const wait = `${queue.prefix}-queue:git:wait`;
    // What stalled is taken first, from the tail of this list.
    await redis.lpush(wait, 'stalled-before', low.taskId);
    await redis.zrem(`${queue.prefix}-queue:git:prioritized`, low.taskId);
    redis.disconnect();
    expect(await places()).to.deep.equal([3, 4, 2, null, null]);
  });
});

describe('queues for a viewer', () => {
  it('are one per capability on a connection of their own, and leave the settings of a queue alone', async () => {
    await using queue = await openQueue();
    const task = onlyTask('board-1.r1');
    await queue.addFlow([task]);
    const redis = new Redis(testServers().redisUrl);
    const settings = () => redis.hgetall(`${queue.prefix}-queue:git:meta`);
    const before = await eventually('the settings are there', async () => {
      const found = await settings();
      return found['opts.maxLenEvents'] === undefined ? null : found;
    });
    const { redisUrl } = testServers();
    const board = await openBoardQueues({ redisUrl, prefix: queue.prefix, onError: () => {} });
    expect(board.queues.map((one) => one.name)).to.deep.equal([
      'git',
      'ai',
      'code',
      'build',
      'test',
      'security',
      'approval',
    ]);
    const counts = await Promise.all(board.queues.map((one) => one.getJobCounts('prioritized')));
    expect(counts.map((one) => one.prioritized)).to.deep.equal([1, 0, 0, 0, 0, 0, 0]);
    expect(await settings()).to.deep.equal(before);
    await board.close();
    redis.disconnect();
    expect(await queue.readStatus(task)).to.equal('pending');
  });

  it('say at once that Redis is away', async () => {
    const options = { redisUrl: 'redis://:secret@127.0.0.1:1', prefix: 'x', onError: () => {} };
    const failure = await openBoardQueues(options).then(
      () => null,
      (error: Error) => error.message,
    );
    expect(failure)
      .to.match(/^Redis at 127\.0\.0\.1:1 does not answer/)
      .and.not.contain('secret');
  });
});
