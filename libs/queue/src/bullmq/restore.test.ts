import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { FlowTask } from '../queue.ts';
import { type Body, consumeAll, flowOf, openQueue, type Steps, type TestQueue } from '../testing/bench.ts';
import { queuePrefixOf } from './queues.ts';
import { restoreFlow } from './restore.ts';
import { openDamage } from './testing/damage.ts';

const STEPS: Steps = [
  ['plan', 'git'],
  ['code', 'ai'],
  ['build', 'code'],
  ['merge', 'test'],
];
const ROUND: Steps = [
  ['plan', 'git'],
  ['code', 'ai'],
];
const WORKFLOW = 'mend-1.r1';
const spine = flowOf(WORKFLOW, STEPS);
const round = flowOf(WORKFLOW, ROUND, 1);
const ORDER = STEPS.map(([stepId]) => stepId);

function task(name: string): FlowTask {
  const found = [...spine, ...round].find((one) => one.taskId === `${WORKFLOW}.${name}`);
  if (found === undefined) throw new Error(`no task ${name}`);
  return found;
}

async function untilStatus(queue: TestQueue, name: string, status: string): Promise<void> {
  await eventually(`${name} is ${status}`, async () => (await queue.readStatus(task(name))) === status);
}

/** Steps as the executor runs them: one that has its outcome is not run again, one whose turn it is not stops. */
function work() {
  const outcomes = new Set<string>();
  const ran: string[] = [];
  const body: Body = ({ payload }) => {
    const { stepId } = payload;
    if (outcomes.has(stepId)) return { kind: 'done' };
    const isNext = ORDER.slice(0, ORDER.indexOf(stepId)).every((before) => outcomes.has(before));
    if (!isNext) return { kind: 'stop', why: `${stepId} was released too early` };
    ran.push(stepId);
    outcomes.add(stepId);
    return { kind: 'done' };
  };
  const open = () => spine.filter(({ payload }) => !outcomes.has(payload.stepId));
  return { ran, outcomes, body, open };
}

/** The first steps are done, and the one after them is parked. */
async function runUpTo(queue: TestQueue, doneCount: number, { outcomes }: ReturnType<typeof work>) {
  const here = ORDER[doneCount];
  const consumers = await Promise.all(
    STEPS.map(([, capability]) =>
      queue.consume({
        capability,
        concurrency: 1,
        handler: async ({ payload }) => {
          if (payload.stepId === here) return { kind: 'park', until: Date.now() + 3_600_000 };
          outcomes.add(payload.stepId);
          return { kind: 'done' };
        },
      }),
    ),
  );
  await queue.addFlow(spine);
  if (here !== undefined) await untilStatus(queue, here, 'scheduled');
  await Promise.all(consumers.map((consumer) => consumer.stop(1000)));
}

type Mishap = readonly ['lose' | 'loseData' | 'remove', ...string[]];
interface Case {
  readonly title: string;
  readonly doneCount: number;
  readonly mishap: Mishap;
}

/** Adding the flow again is enough. */
const MENDED_BY_ADDING: readonly Case[] = [
  { title: 'the first task is lost', doneCount: 0, mishap: ['lose', 'plan'] },
  { title: 'one in the middle is lost', doneCount: 0, mishap: ['lose', 'code'] },
  { title: 'the last one is lost', doneCount: 0, mishap: ['lose', 'merge'] },
  { title: 'the last one is removed alone', doneCount: 0, mishap: ['remove', 'merge'] },
  { title: 'the data of one in the middle are lost', doneCount: 0, mishap: ['loseData', 'build'] },
  { title: 'a completed one is lost', doneCount: 2, mishap: ['lose', 'code'] },
  { title: 'a completed one and one that waits are lost', doneCount: 2, mishap: ['lose', 'plan', 'merge'] },
  { title: 'the parked one is lost', doneCount: 2, mishap: ['lose', 'build'] },
  { title: 'all are lost', doneCount: 1, mishap: ['lose', ...ORDER] },
];

/** The one behind what was removed was released: only taking the flow apart helps. */
const MENDED_BY_RESTORING: readonly Case[] = [
  { title: 'the first one is removed', doneCount: 0, mishap: ['remove', 'plan'] },
  { title: 'one in the middle is removed', doneCount: 0, mishap: ['remove', 'code'] },
  { title: 'the parked one is removed', doneCount: 2, mishap: ['remove', 'build'] },
];

const WAYS = [
  ...MENDED_BY_ADDING.map((one) => ({ ...one, way: 'added again' })),
  ...[...MENDED_BY_ADDING, ...MENDED_BY_RESTORING].map((one) => ({ ...one, way: 'restored' })),
];

describe('a flow that lost some of its tasks', () => {
  for (const { title, doneCount, mishap, way } of WAYS) {
    it(`runs to its end in order when ${title} and it is ${way}`, async () => {
      await using queue = await openQueue();
      await using damage = openDamage(queue.prefix);
      const one = work();
      await runUpTo(queue, doneCount, one);
      const [kind, ...names] = mishap;
      await Promise.all(names.map((name) => damage[kind](task(name))));
      if (way === 'restored') {
        const mended = await queue.restoreFlow(one.open());
        const again = await queue.restoreFlow(one.open());
        // What is complete is nobody's concern any more.
        expect([mended, again]).to.deep.equal([
          title === 'a completed one is lost' ? 'intact' : 'restored',
          'intact',
        ]);
      } else await queue.addFlow(spine);
      await consumeAll(queue, one.body);
      await eventually('it ends', async () => {
        await Promise.all(spine.map((each) => queue.promote(each)));
        return (await queue.readStatus(task('merge'))) === 'completed';
      });
      expect(one.ran).to.deep.equal(ORDER.slice(doneCount));
    });
  }

  it('runs again what completed long ago and has no outcome', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const one = work();
    await runUpTo(queue, 2, one);
    one.outcomes.delete('code');
    expect(await queue.restoreFlow(one.open()), 'it may have been stored this moment').to.equal('intact');
    await damage.setField(task('code'), 'finishedOn', String(Date.now() - 120_000));
    expect(await queue.restoreFlow(one.open())).to.equal('restored');
    await consumeAll(queue, one.body);
    await untilStatus(queue, 'merge', 'completed');
    expect(one.ran).to.deep.equal(['code', 'build', 'merge']);
  });

  it('is left alone while one of its tasks runs, and goes on from the highest attempt number', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const release = Promise.withResolvers<void>();
    const attempts: number[] = [];
    await consumeAll(queue, async ({ payload, attempt }) => {
      if (payload.stepId !== 'code') return { kind: 'done' };
      attempts.push(attempt);
      if (attempts.length === 1) return { kind: 'park', until: Date.now() };
      if (attempts.length > 2) return { kind: 'done' };
      await release.promise;
      return { kind: 'park', until: Date.now() + 3_600_000 };
    });
    await queue.addFlow(spine);
    await eventually('it runs the second time', () => attempts.length === 2);
    await damage.lose(task('merge'));
    const rest = spine.slice(1);
    expect(await queue.restoreFlow(rest)).to.equal('busy');
    expect(await queue.readStatuses(spine)).to.deep.equal(['completed', 'running', 'pending', null]);
    release.resolve();
    await untilStatus(queue, 'code', 'scheduled');
    const answers = await Promise.all(Array.from({ length: 10 }, () => queue.restoreFlow(rest)));
    expect(new Set(answers)).to.include('restored').and.not.include('busy');
    await untilStatus(queue, 'merge', 'completed');
    expect(attempts).to.deep.equal([1, 2, 3]);
  });

  it('is added the next time, with its attempt numbers, when who restores it is cut off after taking it apart', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const one = work();
    await runUpTo(queue, 1, one);
    await damage.lose(task('merge'));
    const redis = new Redis(testServers().redisUrl);
    const addFlow = () => Promise.reject(new Error('cut off'));
    const deps = { redis, prefix: queuePrefixOf(queue.prefix), now: Date.now, addFlow };
    expect(await restoreFlow(deps, one.open()).catch((error: Error) => error.message)).to.equal('cut off');
    redis.disconnect();
    expect(await queue.readStatuses(spine)).to.deep.equal([null, null, null, null]);
    expect(await queue.restoreFlow(one.open())).to.equal('restored');
    const attempts: number[] = [];
    await consumeAll(queue, (attempt, signal) => {
      attempts.push(attempt.attempt);
      return one.body(attempt, signal);
    });
    await untilStatus(queue, 'merge', 'completed');
    expect(attempts).to.deep.equal([2, 1, 1]);
  });

  it('is restored once in effect by ten who try at once while workers run', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const one = work();
    await runUpTo(queue, 1, one);
    await damage.remove(task('build'));
    await consumeAll(queue, one.body);
    await eventually('it is mended', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => queue.restoreFlow(one.open())));
      return answers.every((answer) => answer === 'intact');
    });
    await eventually('it ends', async () => {
      await Promise.all(spine.map((each) => queue.promote(each)));
      return (await queue.readStatus(task('merge'))) === 'completed';
    });
    expect(one.ran).to.deep.equal(ORDER.slice(1));
  });

  it('leaves nothing behind when it is removed, whatever is left of it', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    await runUpTo(queue, 1, work());
    await damage.lose(task('merge'));
    await damage.loseData(task('build'));
    expect(await queue.removeFlow(spine)).to.equal('removed');
    expect(await damage.keys(WORKFLOW)).to.deep.equal([]);
    const counts = await queue.counts();
    expect(Object.values(counts).every(({ waiting, delayed }) => waiting + delayed === 0)).to.equal(true);
    expect(await queue.restoreFlow([])).to.equal('intact');
  });
});

describe('a flow that lost nothing', () => {
  it('is found intact at every moment of its life, and runs every task once', async () => {
    await using queue = await openQueue();
    const one = work();
    const sent = new Set<string>();
    await consumeAll(queue, async (attempt, signal) => {
      const name = attempt.payload.taskId.slice(WORKFLOW.length + 1);
      if (attempt.payload.round > 0) return { kind: 'done' };
      if (name === 'code' && attempt.attempt === 1) return { kind: 'retry', delayMs: 5, why: 'flaky' };
      if (name === 'code' && attempt.attempt === 2) return { kind: 'hand-back' };
      if (name === 'build' && !sent.has(name)) {
        sent.add(name);
        return { kind: 'spawn', tasks: round };
      }
      if (name === 'merge' && attempt.attempt === 1) return { kind: 'stop', why: 'a person is needed' };
      return one.body(attempt, signal);
    });
    await queue.addFlow(spine);
    const answers = new Set<string>();
    let asked = 0;
    await eventually('it ends', async () => {
      const open = one.open();
      answers.add(await queue.restoreFlow(open));
      asked += 1;
      await queue.retry(task('merge'));
      return (await queue.readStatus(task('merge'))) === 'completed';
    });
    expect([...answers], `asked ${asked} times`).to.deep.equal(['intact']);
    expect(one.ran).to.deep.equal(ORDER);
  });

  it('is intact below an open round, and restored when the round lost a task', async () => {
    await using queue = await openQueue();
    await using damage = openDamage(queue.prefix);
    const roundDone = new Set<string>();
    let isHeld = true;
    const ran: string[] = [];
    await consumeAll(queue, ({ payload }) => {
      const name = payload.taskId.slice(WORKFLOW.length + 1);
      if (name === 'plan.1' && isHeld) return { kind: 'park', until: Date.now() + 3_600_000 };
      ran.push(name);
      if (payload.round > 0) roundDone.add(payload.taskId);
      const open = round.filter(({ taskId }) => !roundDone.has(taskId));
      return name === 'build' && open.length > 0 ? { kind: 'spawn', tasks: open } : { kind: 'done' };
    });
    await queue.addFlow(spine);
    await untilStatus(queue, 'plan.1', 'scheduled');
    await untilStatus(queue, 'build', 'scheduled');
    expect(await queue.restoreFlow(spine.slice(2))).to.equal('intact');
    expect(await queue.restoreFlow([...round, ...spine.slice(2)])).to.equal('intact');
    await damage.lose(task('plan.1'));
    isHeld = false;
    expect(await queue.restoreFlow(spine.slice(2))).to.equal('restored');
    await untilStatus(queue, 'merge', 'completed');
    expect(ran).to.deep.equal(['plan', 'code', 'build', 'build', 'plan.1', 'code.1', 'build', 'merge']);
  });
});
