import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import type { Fate, FlowTask } from '../queue.ts';
import { consumeAll, flowOf, openQueue, type Steps, type TestQueue } from '../testing/bench.ts';
import { openDamage } from './testing/damage.ts';
import { startHeldWorker } from './testing/held-worker.ts';

/**
 * Races between workers, and between workers and a removal. Sections of the notes on BullMQ:
 *   6   removal        a removed part releases nobody; failed steps hold back what is behind them
 *   7.1 take-over      killed once and again; a lock that lapsed at the moment of each move
 *   7.2 zombies        frozen past its lock and finishing late; removed meanwhile
 *   8   cancellation   a step is active; its worker is dead
 */
const TWO: Steps = [
  ['first', 'git'],
  ['second', 'ai'],
];

function flow(workflowId: string): readonly [FlowTask, FlowTask] {
  const [first, second] = flowOf(workflowId, TWO);
  if (first === undefined || second === undefined) throw new Error('the flow is empty');
  return [first, second];
}

async function untilStatus(queue: TestQueue, task: FlowTask, status: string): Promise<void> {
  await eventually(`it is ${status}`, async () => (await queue.readStatus(task)) === status);
}

describe('races of workers over a task', () => {
  it('killed, and killed again: the third worker has attempt 3, no failure, and finishes', async () => {
    await using queue = await openQueue();
    const [first, second] = flow('killed-1.r1');
    await queue.addFlow([first, second]);
    for (const attempt of [1, 2]) {
      await using worker = startHeldWorker(queue.prefix);
      expect((await worker.until('taken')).attempt).to.equal(attempt);
      await worker.kill();
    }
    const seen: [string, number, number][] = [];
    await consumeAll(queue, ({ payload, attempt, failures }) => {
      seen.push([payload.stepId, attempt, failures]);
      return { kind: 'done' };
    });
    await untilStatus(queue, second, 'completed');
    expect(seen).to.deep.equal([
      ['first', 3, 0],
      ['second', 1, 0],
    ]);
  });

  it('frozen past its lock: it is told that the lock is lost, and its late end is refused', async () => {
    await using queue = await openQueue();
    const [first, second] = flow('frozen-1.r1');
    await queue.addFlow([first, second]);
    await using zombie = startHeldWorker(queue.prefix);
    await zombie.until('taken');
    zombie.freeze();
    const attempts: number[] = [];
    await consumeAll(queue, ({ attempt }) => {
      attempts.push(attempt);
      return { kind: 'park', until: Date.now() + 3_600_000 };
    });
    await untilStatus(queue, first, 'scheduled');
    zombie.thaw();
    expect((await zombie.until('aborted')).reason).to.equal('lock-lost');
    zombie.finish();
    await zombie.until('error');
    expect(zombie.told.filter(({ kind }) => kind === 'error')[0]?.message).to.match(/lock/i);
    expect(await queue.readStatuses([first, second])).to.deep.equal(['scheduled', 'pending']);
    expect(attempts).to.deep.equal([2]);
  });

  it('frozen past its lock and removed meanwhile: its late end brings nothing back', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const tasks = flow('removed-1.r1');
    await queue.addFlow(tasks);
    await using zombie = startHeldWorker(queue.prefix);
    await zombie.until('taken');
    zombie.freeze();
    expect(await queue.removeFlow(tasks)).to.equal('busy');
    await eventually('its lock lapses', async () => (await queue.removeFlow(tasks)) === 'removed');
    zombie.thaw();
    zombie.finish();
    await zombie.until('error');
    expect(await queue.readStatuses(tasks)).to.deep.equal([null, null]);
    expect(await damage.keys('removed-1.r1')).to.deep.equal([]);
  });

  it('killed while somebody cancels: busy until the lock lapses, and nobody takes it over after the removal', async () => {
    await using queue = await openQueue();
    const tasks = flow('dead-1.r1');
    await queue.addFlow(tasks);
    await using worker = startHeldWorker(queue.prefix);
    await worker.until('taken');
    await worker.kill();
    expect(await queue.removeFlow(tasks)).to.equal('busy');
    await eventually('its lock lapses', async () => (await queue.removeFlow(tasks)) === 'removed');
    const ran: string[] = [];
    await consumeAll(queue, ({ payload }) => {
      ran.push(payload.taskId);
      return { kind: 'done' };
    });
    const marker = flow('marker-1.r1');
    await queue.addFlow(marker);
    await untilStatus(queue, marker[1], 'completed');
    expect(ran).to.deep.equal(marker.map(({ taskId }) => taskId));
  });

  it('cancelled while a step is active: busy, then removed, and nothing starts afterwards', async () => {
    await using queue = await openQueue();
    const cancelled = Promise.withResolvers<void>();
    const ran: string[] = [];
    await consumeAll(queue, async ({ payload }) => {
      ran.push(payload.stepId);
      await cancelled.promise;
      return { kind: 'stop', why: 'the workflow is cancelled' };
    });
    const tasks = flow('cancel-1.r1');
    await queue.addFlow(tasks);
    await untilStatus(queue, tasks[0], 'running');
    expect(await queue.removeFlow(tasks)).to.equal('busy');
    expect(await queue.readStatuses(tasks), 'nothing of it was removed').to.deep.equal([
      'running',
      'pending',
    ]);
    cancelled.resolve();
    await eventually('it is removed', async () => (await queue.removeFlow(tasks)) === 'removed');
    expect(await queue.readStatuses(tasks)).to.deep.equal([null, null]);
    expect(ran).to.deep.equal(['first']);
  });

  it('a part is removed: what is behind it is not released', async () => {
    await using queue = await openQueue();
    const tasks = flow('part-1.r1');
    await queue.addFlow(tasks);
    expect(await queue.removeFlow(tasks.slice(0, 1))).to.equal('removed');
    expect(await queue.readStatuses(tasks)).to.deep.equal([null, 'pending']);
    expect(await queue.position(tasks[1])).to.equal(null);
  });

  it('a hundred others fail and are retired: the failed step of a live flow stays and holds back its successor', async () => {
    await using queue = await openQueue();
    await consumeAll(queue, () => ({ kind: 'stop', why: 'no' }));
    const live = flow('live-1.r1');
    await queue.addFlow(live);
    const others = Array.from({ length: 100 }, (_, index) => flow(`other-${index}.r1`));
    await Promise.all(others.map((one) => queue.addFlow(one)));
    await eventually('all fail', async () => (await queue.counts()).git.failed === 101);
    await Promise.all(others.map((one) => queue.removeFlow(one)));
    expect((await queue.counts()).git.failed).to.equal(1);
    expect(await queue.readStatuses(live)).to.deep.equal(['failed', 'pending']);
    expect(await queue.position(live[1])).to.equal(null);
  });

  it('the lock lapses at the moment of each move: the move is refused, and the task runs again to its end', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const child = flowOf('lapse-1.r1', [['child', 'code']], 1);
    const moves: Record<string, Fate> = {
      done: { kind: 'done' },
      retry: { kind: 'retry', delayMs: 1, why: 'flaky' },
      park: { kind: 'park', until: Date.now() + 3_600_000, isOver: async () => true },
      spawn: { kind: 'spawn', tasks: child },
      'hand-back': { kind: 'hand-back' },
      stop: { kind: 'stop', why: 'no' },
      abandon: { kind: 'abandon' },
    };
    const tasks = flowOf(
      'lapse-1.r1',
      Object.keys(moves).map((stepId) => [stepId, 'test'] as const),
    );
    const seen: [string, number, number][] = [];
    await queue.consume({ capability: 'code', concurrency: 1, handler: async () => ({ kind: 'done' }) });
    await queue.consume({
      capability: 'test',
      concurrency: 10,
      handler: async ({ payload, attempt, failures }) => {
        seen.push([payload.stepId, attempt, failures]);
        const task = tasks.find(({ taskId }) => taskId === payload.taskId);
        const fate = moves[payload.stepId];
        if (attempt > 1 || task === undefined || fate === undefined) return { kind: 'done' };
        await damage.unlock(task);
        return fate;
      },
    });
    for (const task of tasks) await queue.addFlow([task]);
    for (const task of tasks) await untilStatus(queue, task, 'completed');
    const second = seen
      .filter(([, attempt]) => attempt === 2)
      .map(([stepId, , failures]) => [stepId, failures]);
    expect(second.toSorted()).to.deep.equal(
      Object.keys(moves)
        .toSorted()
        .map((stepId) => [stepId, 0]),
    );
  });
});
