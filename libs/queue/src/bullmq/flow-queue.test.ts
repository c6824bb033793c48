import { eventually, testServers, uniqueName } from '@tamma/testing';
import { Queue } from 'bullmq';
import { expect } from 'chai';
import type { Fate, FlowTask, TaskAttempt } from '../queue.ts';
import { consumeAll, flowOf, openQueue, type Steps } from '../testing/bench.ts';
import { createBullmqQueue } from './index.ts';

function parseUrl(url: string) {
  const { hostname, port, password } = new URL(url);
  return { host: hostname, port: Number(port), password };
}

const THREE: Steps = [
  ['first', 'git'],
  ['second', 'ai'],
  ['third', 'git'],
];

describe('flow queue on BullMQ', () => {
  it('runs the tasks of a flow in the order given, over queues of different capabilities', async () => {
    await using queue = await openQueue();
    const ran: string[] = [];
    await consumeAll(queue, ({ payload }) => {
      ran.push(payload.stepId);
      return { kind: 'done' };
    });
    const flow = flowOf('order-1.r1', THREE);
    await queue.addFlow(flow);
    await eventually(
      'the flow ends',
      async () => (await queue.readStatus(flow[2] as FlowTask)) === 'completed',
    );
    expect(ran).to.deep.equal(['first', 'second', 'third']);
  });

  it('runs a flow once when it is added thirty times at once', async () => {
    await using queue = await openQueue();
    const flow = flowOf('twice-1.r1', THREE);
    await Promise.all(Array.from({ length: 30 }, () => queue.addFlow(flow)));
    const ran: string[] = [];
    await consumeAll(queue, ({ payload }) => {
      ran.push(payload.stepId);
      return { kind: 'done' };
    });
    await eventually(
      'the flow ends',
      async () => (await queue.readStatus(flow[2] as FlowTask)) === 'completed',
    );
    expect(ran).to.deep.equal(['first', 'second', 'third']);
  });

  it('leaves the steps behind a stopped one waiting', async () => {
    await using queue = await openQueue();
    const ran: string[] = [];
    await consumeAll(queue, ({ payload }) => {
      ran.push(payload.stepId);
      return payload.stepId === 'second' ? { kind: 'stop', why: 'no' } : { kind: 'done' };
    });
    const flow = flowOf('stop-1.r1', THREE);
    await queue.addFlow(flow);
    await eventually(
      'the step fails',
      async () => (await queue.readStatus(flow[1] as FlowTask)) === 'failed',
    );
    expect(await queue.readStatus(flow[2] as FlowTask)).to.equal('pending');
    expect(ran).to.deep.equal(['first', 'second']);
    expect((await queue.counts()).ai.failed).to.equal(1);
  });

  it('counts a retry as a failure and a park as none', async () => {
    await using queue = await openQueue();
    const seen: [number, number][] = [];
    const fates: Fate[] = [
      { kind: 'park', until: Date.now() + 50 },
      { kind: 'retry', delayMs: 20, why: 'flaky' },
      { kind: 'done' },
    ];
    await consumeAll(queue, ({ attempt, failures }) => {
      seen.push([attempt, failures]);
      return fates.shift() ?? { kind: 'done' };
    });
    const flow = flowOf('count-1.r1', [['only', 'git']]);
    await queue.addFlow(flow);
    await eventually(
      'the task ends',
      async () => (await queue.readStatus(flow[0] as FlowTask)) === 'completed',
    );
    expect(seen).to.deep.equal([
      [1, 0],
      [2, 0],
      [3, 1],
    ]);
  });

  it('parks a task whose handler broke, and burns no failure on it', async () => {
    await using queue = await openQueue();
    const failures: number[] = [];
    await consumeAll(queue, (task) => {
      failures.push(task.failures);
      if (failures.length === 1) throw new Error('Redis went away');
      return { kind: 'done' };
    });
    const flow = flowOf('broken-1.r1', [['only', 'git']]);
    await queue.addFlow(flow);
    await eventually(
      'the task ends',
      async () => (await queue.readStatus(flow[0] as FlowTask)) === 'completed',
    );
    expect(failures).to.deep.equal([0, 0]);
  });

  it('wakes a parked task when it is promoted', async () => {
    await using queue = await openQueue();
    let runs = 0;
    await consumeAll(queue, () => {
      runs += 1;
      return runs === 1 ? { kind: 'park', until: Date.now() + 3_600_000 } : { kind: 'done' };
    });
    const flow = flowOf('promote-1.r1', [['only', 'approval']]);
    const only = flow[0] as FlowTask;
    await queue.addFlow(flow);
    await eventually('the task parks', async () => (await queue.readStatus(only)) === 'scheduled');
    expect(await queue.promote(only)).to.equal(true);
    await eventually('the task ends', async () => (await queue.readStatus(only)) === 'completed');
    expect(await queue.promote(only)).to.equal(false);
  });

  it('hands a running task back at shutdown, so that another worker starts it with no failure counted', async () => {
    const prefix = uniqueName('queue');
    await using leaving = await openQueue(prefix);
    await using staying = await openQueue(prefix);
    const begun = Promise.withResolvers<void>();
    const consumer = await leaving.consume({
      capability: 'git',
      concurrency: 1,
      handler: async (_task, signal) => {
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        expect(signal.reason).to.equal('shutdown');
        return { kind: 'hand-back' };
      },
    });
    const flow = flowOf('hand-1.r1', [['only', 'git']]);
    await leaving.addFlow(flow);
    await begun.promise;
    const taken = Promise.withResolvers<TaskAttempt>();
    await consumeAll(staying, (task) => {
      taken.resolve(task);
      return { kind: 'done' };
    });
    await consumer.stop(10);
    const second = await taken.promise;
    expect([second.attempt, second.failures]).to.deep.equal([2, 0]);
  });

  it('refuses to remove a flow that runs, and removes all of it afterwards', async () => {
    await using queue = await openQueue();
    const release = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    await consumeAll(queue, async ({ payload }) => {
      begun.resolve();
      if (payload.stepId === 'first') await release.promise;
      return payload.stepId === 'first' ? { kind: 'stop', why: 'enough' } : { kind: 'done' };
    });
    const flow = flowOf('remove-1.r1', THREE);
    await queue.addFlow(flow);
    await begun.promise;
    expect(await queue.removeFlow(flow)).to.equal('busy');
    release.resolve();
    await eventually('it can be removed', async () => (await queue.removeFlow(flow)) === 'removed');
    expect(await Promise.all(flow.map((task) => queue.readStatus(task)))).to.deep.equal([null, null, null]);
  });

  it('fails a job that carries rubbish, and goes on with the others', async () => {
    await using queue = await openQueue();
    const { host, port, password } = parseUrl(testServers().redisUrl);
    const stranger = new Queue('git', {
      connection: { host, port, password },
      prefix: `${queue.prefix}-queue`,
    });
    await stranger.add('rubbish', { workflowId: 7 }, { jobId: 'stranger', attempts: 4, priority: 1 });
    const ran: string[] = [];
    await consumeAll(queue, ({ payload }) => {
      ran.push(payload.stepId);
      return { kind: 'done' };
    });
    const flow = flowOf('rubbish-1.r1', [['only', 'git']]);
    await queue.addFlow(flow);
    await eventually(
      'the good task ends',
      async () => (await queue.readStatus(flow[0] as FlowTask)) === 'completed',
    );
    const bad = { taskId: 'stranger', capability: 'git' } as const;
    await eventually('the bad one failed', async () => (await queue.readStatus(bad)) === 'failed');
    expect((await stranger.getJob('stranger'))?.failedReason).to.contain('carries no usable payload');
    expect(ran).to.deep.equal(['only']);
    await stranger.close();
  });

  it('says at once that Redis is away instead of hanging', async () => {
    const failure = await createBullmqQueue({
      redisUrl: 'redis://:secret@127.0.0.1:1',
      prefix: uniqueName('queue'),
      workerName: 'test-worker',
      lockDurationMs: 1000,
      stalledIntervalMs: 500,
      onError: () => {},
    }).then(
      () => null,
      (error: Error) => error.message,
    );
    expect(failure).to.match(/^Redis at 127\.0\.0\.1:1 does not answer/);
  });
});
