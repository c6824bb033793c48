import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually, testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { Fate, FlowTask } from '../queue.ts';
import { type Body, consumeAll, flowOf, openQueue, type Steps, type TestQueue } from '../testing/bench.ts';

const SPINE: Steps = [
  ['code', 'code'],
  ['build', 'build'],
  ['test', 'test'],
  ['merge', 'git'],
];
const ROUND: Steps = [
  ['code', 'code'],
  ['build', 'build'],
];
const WORKFLOW = 'demo-1.r1';
const spine = flowOf(WORKFLOW, SPINE);
const round = flowOf(WORKFLOW, ROUND, 1);
const nameOf = (taskId: string) => taskId.slice(WORKFLOW.length + 1);

function taskNamed(name: string): FlowTask {
  const task = [...spine, ...round].find((one) => nameOf(one.taskId) === name);
  if (task === undefined) throw new Error(`no task ${name}`);
  return task;
}

async function untilStatus(queue: TestQueue, name: string, status: string | null): Promise<void> {
  await eventually(`${name} is ${status}`, async () => (await queue.readStatus(taskNamed(name))) === status);
}

interface Story {
  readonly ran: string[];
  readonly body: Body;
}

/** Every task is done at once, but for the test: it sends the work back until the whole round is done. */
function story(fates: Readonly<Record<string, (run: number) => Fate>> = {}): Story {
  const ran: string[] = [];
  const done = new Set<string>();
  const body: Body = ({ payload }) => {
    const name = nameOf(payload.taskId);
    ran.push(name);
    const fate = fates[name]?.(ran.filter((one) => one === name).length) ?? defaultFate(name);
    if (fate.kind === 'done') done.add(name);
    return fate;
  };
  const defaultFate = (name: string): Fate => {
    const open = round.filter((task) => !done.has(nameOf(task.taskId)));
    return name === 'test' && open.length > 0 ? { kind: 'spawn', tasks: open } : { kind: 'done' };
  };
  return { ran, body };
}

const WHOLE = ['code', 'build', 'test', 'code.1', 'build.1', 'test', 'merge'];

describe('a round below a running task', () => {
  it('runs its tasks in order, then the task that asked again, then the rest of the flow', async () => {
    await using queue = await openQueue();
    const { ran, body } = story();
    await consumeAll(queue, body);
    await queue.addFlow(spine);
    await untilStatus(queue, 'merge', 'completed');
    expect(ran).to.deep.equal(WHOLE);
  });

  it('counts no attempt, and shows its tasks and the task that waits as ours', async () => {
    await using queue = await openQueue();
    const release = Promise.withResolvers<void>();
    const failures: number[] = [];
    const { body } = story();
    await consumeAll(queue, async (task, signal) => {
      if (task.payload.stepId === 'test') failures.push(task.failures);
      if (task.payload.taskId === `${WORKFLOW}.code.1`) await release.promise;
      return body(task, signal);
    });
    await queue.addFlow(spine);
    await untilStatus(queue, 'code.1', 'running');
    expect(await queue.readStatus(taskNamed('build.1'))).to.equal('pending');
    await untilStatus(queue, 'test', 'scheduled');
    release.resolve();
    await untilStatus(queue, 'merge', 'completed');
    expect(failures).to.deep.equal([0, 0]);
  });

  it('runs the task again at once when every task of it is complete already', async () => {
    await using queue = await openQueue();
    const { ran, body } = story({
      test: (run) => (run < 3 ? { kind: 'spawn', tasks: round } : { kind: 'done' }),
    });
    await consumeAll(queue, body);
    await queue.addFlow(spine);
    await untilStatus(queue, 'merge', 'completed');
    expect(ran).to.deep.equal(['code', 'build', 'test', 'code.1', 'build.1', 'test', 'test', 'merge']);
  });

  it('is carried on when the worker is killed after it added the tasks and before it parked', async () => {
    const prefix = uniqueName('queue');
    await using queue = await openQueue(prefix);
    const { ran, body } = story();
    await queue.addFlow(spine);
    for (const capability of ['code', 'build', 'git'] as const) {
      await queue.consume({
        capability,
        concurrency: 1,
        handler: async (task, signal) => body(task, signal),
      });
    }
    await untilStatus(queue, 'build', 'completed');
    const script = join(import.meta.dirname, 'testing/dying-worker-process.ts');
    const dying = fork(script, [testServers().redisUrl, prefix, WORKFLOW], { execArgv: [] });
    expect((await once(dying, 'exit'))[1]).to.equal('SIGKILL');
    await queue.consume({
      capability: 'test',
      concurrency: 1,
      handler: async (task, signal) => body(task, signal),
    });
    await untilStatus(queue, 'merge', 'completed');
    expect(ran.filter((name) => name !== 'test')).to.deep.equal(WHOLE.filter((name) => name !== 'test'));
    expect(ran.slice(-2)).to.deep.equal(['test', 'merge']);
  });

  it('is tried again when its tasks could not be added, and burns no failure on it', async () => {
    await using queue = await openQueue();
    const failures: number[] = [];
    const { ran, body } = story({
      test: (run) => (run === 1 ? { kind: 'spawn', tasks: [] } : { kind: 'done' }),
    });
    await consumeAll(queue, (task, signal) => {
      failures.push(task.failures);
      return body(task, signal);
    });
    await queue.addFlow(spine);
    await untilStatus(queue, 'merge', 'completed');
    expect(ran).to.deep.equal(['code', 'build', 'test', 'test', 'merge']);
    expect(failures).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it('waits for a task of it that failed for good, until that one is tried again', async () => {
    await using queue = await openQueue();
    const { ran, body } = story({
      'code.1': (run) => (run === 1 ? { kind: 'stop', why: 'a person is needed' } : { kind: 'done' }),
    });
    await consumeAll(queue, body);
    await queue.addFlow(spine);
    await untilStatus(queue, 'code.1', 'failed');
    expect(await queue.readStatus(taskNamed('build.1'))).to.equal('pending');
    expect(await queue.readStatus(taskNamed('test'))).to.equal('scheduled');
    expect(await queue.readStatus(taskNamed('merge'))).to.equal('pending');
    expect(await queue.retry(taskNamed('code.1'))).to.equal(true);
    await untilStatus(queue, 'merge', 'completed');
    expect(ran).to.deep.equal(['code', 'build', 'test', 'code.1', 'code.1', 'build.1', 'test', 'merge']);
  });

  it('may itself ask for a round', async () => {
    await using queue = await openQueue();
    const inner = flowOf(WORKFLOW, [['code', 'code']], 2);
    const { ran, body } = story({
      'build.1': (run) => (run === 1 ? { kind: 'spawn', tasks: inner } : { kind: 'done' }),
    });
    await consumeAll(queue, body);
    await queue.addFlow(spine);
    await untilStatus(queue, 'merge', 'completed');
    expect(ran).to.deep.equal([
      'code',
      'build',
      'test',
      'code.1',
      'build.1',
      'code.2',
      'build.1',
      'test',
      'merge',
    ]);
  });

  it('goes with the flow when it is removed, but not while one of its tasks runs', async () => {
    await using queue = await openQueue();
    const release = Promise.withResolvers<void>();
    const { body } = story({ 'build.1': () => ({ kind: 'stop', why: 'enough' }) });
    await consumeAll(queue, async (task, signal) => {
      if (task.payload.taskId === `${WORKFLOW}.build.1`) await release.promise;
      return body(task, signal);
    });
    await queue.addFlow(spine);
    await untilStatus(queue, 'build.1', 'running');
    expect(await queue.removeFlow(spine)).to.equal('busy');
    release.resolve();
    await untilStatus(queue, 'build.1', 'failed');
    expect(await queue.removeFlow(spine)).to.equal('removed');
    expect(await queue.removeFlow(spine)).to.equal('removed');
    const redis = new Redis(testServers().redisUrl);
    const left = await redis.keys(`${queue.prefix}-queue:*${WORKFLOW}*`);
    redis.disconnect();
    expect(left).to.deep.equal([]);
  });
});
