import type { Capability } from '@tamma/domain';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import type { FlowTask } from '../queue.ts';
import { consumeAll, flowOf, openQueue, type Steps, type TestQueue } from '../testing/bench.ts';
import { openDamage } from './testing/damage.ts';

/**
 * Races between children and their parent, section 11 of the notes on BullMQ: one failed before the parent parked; the
 * parent is complete already. Killed between children and park, every child complete before the park, retry of a
 * failed child: rounds.test.ts. Double retry: people.test.ts.
 */
async function untilStatus(queue: TestQueue, task: FlowTask, status: string): Promise<void> {
  await eventually(`it is ${status}`, async () => (await queue.readStatus(task)) === status);
}

const SPINE: Steps = [
  ['test', 'test'],
  ['merge', 'git'],
];

function family(workflowId: string, capability: Capability): readonly [FlowTask, FlowTask, FlowTask] {
  const [parent, merge] = flowOf(workflowId, SPINE);
  const [child] = flowOf(workflowId, [['fix', capability]], 1);
  if (parent === undefined || merge === undefined || child === undefined)
    throw new Error('a task is missing');
  return [parent, merge, child];
}

describe('races of children and their parent', () => {
  it('a child fails before its parent could park: it is added again, and its retry resumes the parent', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const [parent, merge, child] = family('failed-1.r1', 'code');
    const done = new Set<string>();
    let childRuns = 0;
    await consumeAll(queue, async ({ payload, attempt }) => {
      if (payload.taskId === child.taskId) {
        childRuns += 1;
        if (childRuns === 1) return { kind: 'stop', why: 'no' };
      } else if (payload.taskId === parent.taskId && !done.has(child.taskId)) {
        // The first attempt loses its lock, so that it adds the child and is refused its park.
        if (attempt === 1) await damage.unlock(parent);
        if (attempt > 1) await untilStatus(queue, child, 'failed');
        return { kind: 'spawn', tasks: [child] };
      }
      done.add(payload.taskId);
      return { kind: 'done' };
    });
    await queue.addFlow([parent, merge]);
    await untilStatus(queue, parent, 'scheduled');
    expect(await queue.readStatus(child)).to.equal('failed');
    expect(await queue.retry(child)).to.equal(true);
    await untilStatus(queue, merge, 'completed');
    expect(childRuns).to.equal(2);
  });

  it('an overtaken attempt adds a child to a parent that is complete: nothing is held up, and it goes with the flow', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const [parent, merge, child] = family('over-1.r1', 'security');
    const release = Promise.withResolvers<void>();
    for (const capability of ['test', 'git'] as const) {
      await queue.consume({
        capability,
        concurrency: 2,
        handler: async ({ payload, attempt }) => {
          if (payload.taskId !== parent.taskId || attempt > 1) return { kind: 'done' };
          await damage.unlock(parent);
          await release.promise;
          return { kind: 'spawn', tasks: [child] };
        },
      });
    }
    await queue.addFlow([parent, merge]);
    await untilStatus(queue, merge, 'completed');
    release.resolve();
    await untilStatus(queue, child, 'pending');
    expect(await queue.readStatuses([parent, merge])).to.deep.equal(['completed', 'completed']);
    expect(await queue.removeFlow([parent, merge])).to.equal('removed');
    expect(await queue.readStatus(child)).to.equal(null);
  });
});
