import { setImmediate } from 'node:timers/promises';
import { redisKeysOf } from '@tamma/contracts';
import { createControlChannel } from '@tamma/coordination/redis';
import { done, PICK_UPS_MAX } from '@tamma/domain';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { createHints } from './hints.ts';
import { FIRST, openBench } from './testing/bench.ts';
import { openQueue } from './testing/bench-queue.ts';
import { fakeStep } from './testing/fake-step.ts';

const INTAKE = FIRST.id;
const ID = 'demo-1.r1';
const DAY_MS = 24 * 3_600_000;
const TIMES = PICK_UPS_MAX + 2;

describe('a workflow that is suspended again and again', () => {
  it('comes to its end, once, with two consumers behind the real queue and the real channel', async () => {
    let isWanted = false;
    const intake = fakeStep('issue-intake', async (context) => {
      while (!isWanted) {
        context.safePoint();
        await setImmediate();
      }
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    const keys = redisKeysOf(bench.prefix);
    const control = createControlChannel({ redis: bench.redis, keys, onError: () => {} });
    const hinted = { ...bench, deps: { ...bench.deps, hints: createHints(control) } };
    await using one = await openQueue(hinted);
    await using two = await openQueue(hinted);
    for (const queue of [one, two]) await queue.consume();
    await one.queue.addFlow(one.flow);
    for (let time = 1; time <= TIMES; time += 1) {
      await eventually(`it runs for the ${time}th time`, () => intake.runs() === time);
      await bench.hashes.suspend({ workflowId: ID, untilMs: Date.now() + DAY_MS, events: [] });
      await eventually('it stands still', async () => (await one.status(INTAKE)) === 'scheduled');
      await bench.hashes.resume(ID, []);
      await one.queue.promote(one.taskOf(INTAKE));
    }
    isWanted = true;
    await eventually('it ends', async () => (await one.status(INTAKE)) === 'completed');
    await control.close();
    const types = await bench.types();
    const told = (type: string) => types.filter((one) => one === type).length;
    expect(told('TASK.INTERRUPTED.SUCCESS')).to.equal(TIMES);
    expect([told('TASK.COMPLETED.SUCCESS'), told('TASK.FAILED.PERMANENT')]).to.deep.equal([1, 0]);
  });
});
