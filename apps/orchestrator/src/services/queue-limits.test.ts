import type { Capability } from '@tamma/domain';
import type { QueueLimits } from '@tamma/queue';
import { expect } from 'chai';
import { rejectionOf } from '../testing/desk.ts';
import { createLimitKeeper } from './queue-limits.ts';

function recordLimits() {
  const set = new Map<Capability, QueueLimits>();
  let calls = 0;
  const setLimits = async (queue: Capability, limits: QueueLimits) => {
    calls += 1;
    set.set(queue, limits);
  };
  return { set, calls: () => calls, setLimits };
}

describe('limits of queues', () => {
  it('are those of the configuration, and none where it has none', async () => {
    const queue = recordLimits();
    const limits = { ai: { concurrency: 2, rate: { max: 10, per: 60_000 } }, build: { concurrency: 1 } };
    await createLimitKeeper(queue, limits).runOnce();
    expect(Object.fromEntries(queue.set)).to.deep.include({
      ai: { concurrency: 2, rate: { max: 10, perMs: 60_000 } },
      build: { concurrency: 1, rate: null },
      git: { concurrency: null, rate: null },
    });
  });

  it('are set once, and again when Redis has lost them', async () => {
    const queue = recordLimits();
    const keeper = createLimitKeeper(queue, {});
    await keeper.runOnce();
    const once = queue.calls();
    await keeper.runOnce();
    expect(queue.calls()).to.equal(once);
    keeper.forget();
    await keeper.runOnce();
    expect(queue.calls()).to.equal(2 * once);
  });

  it('are set with the next pass when Redis was away', async () => {
    const queue = recordLimits();
    let isAway = true;
    const setLimits: typeof queue.setLimits = async (...request) => {
      if (isAway) throw new Error('Redis went away');
      await queue.setLimits(...request);
    };
    const keeper = createLimitKeeper({ setLimits }, {});
    await rejectionOf(keeper.runOnce());
    isAway = false;
    await keeper.runOnce();
    expect(queue.calls()).to.be.above(1);
  });
});
