import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { FlowTask } from '../queue.ts';
import { consumeAll, flowOf, openQueue, type Steps, type TestQueue } from '../testing/bench.ts';
import { openDamage } from './testing/damage.ts';

function only(workflowId: string, priority?: number): FlowTask {
  const [task] = flowOf(workflowId, [['only', 'git']]);
  if (task === undefined) throw new Error('the flow is empty');
  return priority === undefined ? task : { ...task, priority };
}

async function untilStatus(queue: TestQueue, task: FlowTask, status: string): Promise<void> {
  await eventually(`it is ${status}`, async () => (await queue.readStatus(task)) === status);
}

const codeOf = (thrown: unknown) =>
  thrown instanceof Error && 'code' in thrown ? thrown.code : String(thrown);

describe('the statuses of many tasks', () => {
  it('are read at once over several queues, in the order asked for, and say what each alone says', async () => {
    await using queue = await openQueue();
    const steps: Steps = [
      ['done', 'git'],
      ['parked', 'ai'],
      ['pending', 'code'],
    ];
    const flow = flowOf('many-1.r1', steps);
    const stopped = flowOf('stop-1.r1', [['stopped', 'build']]);
    const running = flowOf('run-1.r1', [['running', 'test']]);
    const queued = flowOf('queued-1.r1', [['queued', 'security']]);
    const absent = flowOf('absent-1.r1', [['absent', 'git']]);
    const release = Promise.withResolvers<void>();
    for (const capability of ['git', 'ai', 'build', 'test'] as const) {
      await queue.consume({
        capability,
        concurrency: 1,
        handler: async ({ payload }) => {
          if (payload.stepId === 'parked') return { kind: 'park', until: Date.now() + 3_600_000 };
          if (payload.stepId === 'stopped') return { kind: 'stop', why: 'no' };
          if (payload.stepId === 'running') await release.promise;
          return { kind: 'done' };
        },
      });
    }
    for (const tasks of [flow, stopped, running, queued]) await queue.addFlow(tasks);
    const all = [...absent, ...queued, ...running, ...stopped, ...flow];
    const wanted = [null, 'pending', 'running', 'failed', 'completed', 'scheduled', 'pending'];
    await eventually('all are where they belong', async () => {
      return JSON.stringify(await queue.readStatuses(all)) === JSON.stringify(wanted);
    });
    expect(await Promise.all(all.map((task) => queue.readStatus(task)))).to.deep.equal(wanted);
    expect(await queue.readStatuses([])).to.deep.equal([]);
    const thousands = Array.from({ length: 500 }, () => all).flat();
    expect(await queue.readStatuses(thousands)).to.deep.equal(thousands.map((_, place) => wanted[place % 7]));
    release.resolve();
  });

  it('are null for a task that lost its data, though the queue still names it', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const task = only('ghost-1.r1');
    await queue.addFlow([task]);
    await damage.loseData(task);
    expect(await queue.readStatuses([task])).to.deep.equal([null]);
  });

  it('are read again after Redis forgot its scripts', async () => {
    await using queue = await openQueue();
    const task = only('scripts-1.r1');
    await queue.addFlow([task]);
    const redis = new Redis(testServers().redisUrl);
    await redis.script('FLUSH');
    redis.disconnect();
    expect(await queue.readStatus(task)).to.equal('pending');
  });
});

describe('a change of priority', () => {
  it('moves a queued task to its new place', async () => {
    await using queue = await openQueue();
    const tasks = [only('a-1.r1', 100), only('b-1.r1', 200), only('c-1.r1', 300)];
    for (const task of tasks) await queue.addFlow([task]);
    const places = () => Promise.all(tasks.map((task) => queue.position(task)));
    expect(await places()).to.deep.equal([1, 2, 3]);
    expect(await queue.reprioritize(only('c-1.r1'), 50)).to.equal(true);
    expect(await places()).to.deep.equal([2, 3, 1]);
    expect(await queue.reprioritize(only('a-1.r1'), 2_097_151)).to.equal(true);
    expect(await places()).to.deep.equal([3, 2, 1]);
  });

  it('of a parked or running task counts from its next turn on', async () => {
    await using queue = await openQueue();
    const task = only('parked-1.r1', 500);
    const other = only('other-1.r1', 100);
    const parked = await queue.consume({
      capability: 'git',
      concurrency: 1,
      handler: async () => {
        expect(await queue.reprioritize(task, 300)).to.equal(true);
        return { kind: 'park', until: Date.now() + 3_600_000 };
      },
    });
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'scheduled');
    await parked.stop(1000);
    expect(await queue.reprioritize(task, 7)).to.equal(true);
    await queue.addFlow([other]);
    expect(await queue.promote(task)).to.equal(true);
    expect([await queue.position(task), await queue.position(other)]).to.deep.equal([1, 2]);
  });

  it('is false for a task that is not there, and refused for a priority that BullMQ would run ahead of all', async () => {
    await using queue = await openQueue();
    const task = only('none-1.r1');
    expect(await queue.reprioritize(task, 5)).to.equal(false);
    expect(await queue.readStatus(task)).to.equal(null);
    for (const priority of [0, -1, 1.5, 2_097_152, Number.NaN]) {
      expect(await queue.reprioritize(task, priority).catch(codeOf)).to.equal('PRIORITY_INVALID');
    }
  });
});

describe('a paused queue', () => {
  it('starts nothing until it is resumed, in any process and after a restart, while what runs ends', async () => {
    const prefix = (await closed()).prefix;
    await using queue = await openQueue(prefix);
    await using other = await openQueue(prefix);
    const release = Promise.withResolvers<void>();
    const ran: string[] = [];
    await consumeAll(queue, async ({ payload }) => {
      ran.push(payload.workflowId);
      await release.promise;
      return { kind: 'done' };
    });
    const [first, second] = [only('first-1.r1'), only('second-1.r1')];
    await queue.addFlow([first]);
    await untilStatus(queue, first, 'running');
    await other.pause('git');
    await other.pause('git');
    await queue.addFlow([second]);
    release.resolve();
    await untilStatus(queue, first, 'completed');
    expect([...(await queue.paused())]).to.deep.equal(['git']);
    {
      await using third = await openQueue(prefix);
      expect([...(await third.paused())]).to.deep.equal(['git']);
    }
    expect(await queue.readStatus(second)).to.equal('pending');
    expect((await queue.counts()).git.waiting).to.equal(1);
    expect(ran).to.deep.equal(['first-1.r1']);
    await other.resume('git');
    await untilStatus(queue, second, 'completed');
  });
});

async function closed(): Promise<TestQueue> {
  const queue = await openQueue();
  await queue.close();
  return queue;
}

describe('limits of a queue', () => {
  it('hold the number that run at once over all workers, until they are lifted', async () => {
    const prefix = (await closed()).prefix;
    await using one = await openQueue(prefix);
    await using two = await openQueue(prefix);
    await one.setLimits('git', { concurrency: 2, rate: null });
    let running = 0;
    let most = 0;
    let gate = Promise.withResolvers<void>();
    for (const queue of [one, two]) {
      await queue.consume({
        capability: 'git',
        concurrency: 10,
        handler: async () => {
          running += 1;
          most = Math.max(most, running);
          await gate.promise;
          running -= 1;
          return { kind: 'done' };
        },
      });
    }
    const tasks = Array.from({ length: 12 }, (_, index) => only(`limit-${index}.r1`));
    for (const task of tasks) await one.addFlow([task]);
    await eventually('two run', () => running === 2);
    gate.resolve();
    gate = Promise.withResolvers<void>();
    await eventually('the next two run', () => running === 2);
    expect(most).to.equal(2);
    await two.setLimits('git', { concurrency: null, rate: null });
    gate.resolve();
    gate = Promise.withResolvers<void>();
    await eventually('all others run', () => running > 2);
    gate.resolve();
    await eventually('all end', async () => (await one.counts()).git.waiting === 0 && running === 0);
  });

  it('hold the number that begin in a period, and go at once when they are lifted', async () => {
    await using queue = await openQueue();
    await queue.setLimits('git', { concurrency: null, rate: { max: 3, perMs: 60_000 } });
    let begun = 0;
    await consumeAll(queue, () => {
      begun += 1;
      return { kind: 'done' };
    });
    for (let index = 0; index < 6; index += 1) await queue.addFlow([only(`rate-${index}.r1`)]);
    await eventually('three begin', () => begun === 3);
    await eventually('the others wait', async () => (await queue.counts()).git.waiting === 3);
    await queue.setLimits('git', { concurrency: null, rate: null });
    await eventually('all begin', () => begun === 6);
  });

  it('are refused when nothing could run under them', async () => {
    await using queue = await openQueue();
    const refused = [
      { concurrency: 0, rate: null },
      { concurrency: 1.5, rate: null },
      { concurrency: null, rate: { max: 0, perMs: 1000 } },
      { concurrency: null, rate: { max: 1, perMs: 0 } },
    ];
    for (const limits of refused) {
      expect(await queue.setLimits('git', limits).catch(codeOf)).to.equal('LIMIT_INVALID');
    }
  });
});
