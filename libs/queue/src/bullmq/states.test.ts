import { CAPABILITIES, canMoveTask, type TaskStatus } from '@tamma/domain';
import { pickFrom, seededRandom } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import type { Fate } from '../queue.ts';
import { openQueue, type TestQueue } from '../testing/bench.ts';
import { type Damage, openDamage } from './testing/damage.ts';
import { type HeldAttempts, holdAttempts } from './testing/held-attempts.ts';
import { type ModelTask, TaskModel } from './testing/task-model.ts';

const SEED = Number(process.env.TAMMA_TEST_SEED ?? Math.floor(Math.random() * 1e9));
const RUNS_MIN = 30;
/** By far not reached: how many moves a run makes is up to chance, so there are as many runs as it takes to make enough. */
const RUNS_MAX = 3 * RUNS_MIN;
const MOVES_MIN = 5 * RUNS_MIN;
const COMMANDS = 28;
const HOUR_MS = 3_600_000;
const STALLED_INTERVAL_MS = 50;

interface World {
  readonly queue: TestQueue;
  readonly damage: Damage;
  readonly held: HeldAttempts;
  readonly model: TaskModel;
  readonly random: () => number;
}

type Command = (world: World, one: ModelTask) => Promise<void>;

function endWith(fate: (one: ModelTask) => Fate, then: (model: TaskModel, one: ModelTask) => void): Command {
  return async ({ held, model }, one) => {
    const attempt = held.find(one.task.taskId, one.attempts);
    if (one.status !== 'running' || attempt === undefined) return;
    held.end(attempt, fate(one));
    then(model, one);
  };
}

const LATE_FATES: readonly Fate[] = [
  { kind: 'done' },
  { kind: 'retry', delayMs: 0, why: 'late' },
  { kind: 'park', until: Date.now() + HOUR_MS },
  { kind: 'hand-back' },
  { kind: 'stop', why: 'late' },
];

const DONE = endWith(
  () => ({ kind: 'done' }),
  (_, one) => {
    one.status = 'completed';
  },
);

/** Each does something to the queue, says what it must answer, and does to the model what the table says. */
const COMMAND_BY_NAME: Readonly<Record<string, Command>> = {
  done: DONE,
  // Twice as likely, so that flows come far.
  'done again': DONE,
  'retry at once': endWith(
    () => ({ kind: 'retry', delayMs: 0, why: 'flaky' }),
    (model, one) => model.fail(one),
  ),
  'retry later': endWith(
    () => ({ kind: 'retry', delayMs: HOUR_MS, why: 'flaky' }),
    (model, one) => {
      model.fail(one);
      if (one.status === 'pending') one.status = 'scheduled';
    },
  ),
  park: endWith(
    () => ({ kind: 'park', until: Date.now() + HOUR_MS }),
    (_, one) => {
      one.status = 'scheduled';
    },
  ),
  stop: endWith(
    () => ({ kind: 'stop', why: 'a person is needed' }),
    (_, one) => {
      one.status = 'failed';
    },
  ),
  async spawn(world, one) {
    if (one.round.length === 0 || isInBetween(world.model, one)) return;
    await endWith(
      () => ({ kind: 'spawn', tasks: one.round.map(({ task }) => task) }),
      (model) => model.spawn(one),
    )(world, one);
  },
  async 'hand back'(world, one) {
    if (isInBetween(world.model, one)) return;
    await endWith(
      () => ({ kind: 'hand-back' }),
      () => {
        one.status = 'pending';
      },
    )(world, one);
  },
  async stall({ damage, held }, one) {
    const attempt = held.find(one.task.taskId, one.attempts);
    if (one.status !== 'running' || attempt === undefined) return;
    await damage.unlock(one.task);
    held.bury(attempt);
    one.status = 'pending';
  },
  async 'a zombie ends'({ held, random }) {
    held.zombies.shift()?.end(pickFrom(LATE_FATES, random));
  },
  async add({ queue, model }) {
    await queue.addFlow(model.spine.map(({ task }) => task));
    model.add(model.spine);
  },
  async restore({ queue, model }) {
    const open = model.spine.filter(({ status }) => status !== 'completed');
    const isThere = open.every(({ status }) => status !== null);
    expect(await queue.restoreFlow(open.map(({ task }) => task))).to.equal(isThere ? 'intact' : 'restored');
    model.add(model.spine);
  },
  async promote({ queue }, one) {
    const isParked = one.status === 'scheduled' && !one.isBelowRound;
    expect(await queue.promote(one.task)).to.equal(isParked);
    if (isParked) one.status = 'pending';
  },
  async 'retry by a person'({ queue }, one) {
    expect(await queue.retry(one.task)).to.equal(one.status === 'failed');
    if (one.status === 'failed') Object.assign(one, { status: 'pending', failures: 0 });
  },
  async reprioritize({ queue, random }, one) {
    const priority = 1 + Math.floor(random() * 1000);
    expect(await queue.reprioritize(one.task, priority)).to.equal(one.status !== null);
  },
  async pause({ queue, model }, { task }) {
    await queue.pause(task.capability);
    model.paused.add(task.capability);
  },
  async resume({ queue, model }, { task }) {
    await queue.resume(task.capability);
    model.paused.delete(task.capability);
  },
  async remove({ queue, model, random }) {
    // Seldom, or nothing would ever come to its end.
    if (random() < 0.7) return;
    const expected = model.isAnyRunning ? 'busy' : 'removed';
    expect(await queue.removeFlow(model.spine.map(({ task }) => task))).to.equal(expected);
    if (expected === 'removed') model.remove();
  },
};

/** A move to "now" in a paused queue is made when some worker next looks: it is one of two statuses until then. */
function isInBetween(model: TaskModel, { task }: ModelTask): boolean {
  return model.paused.has(task.capability);
}

async function untilAgreed({ queue, damage, held, model }: World): Promise<void> {
  model.settle();
  const expected = model.all.map(({ status }) => status);
  const tasks = model.all.map(({ task }) => task);
  await eventually(`the queue is at ${expected}`, async () => {
    const areTaken = model
      .in('running')
      .every(({ task, attempts }) => held.find(task.taskId, attempts) !== undefined);
    return areTaken && String(await queue.readStatuses(tasks)) === String(expected);
  });
  expect(await Promise.all(tasks.map((task) => queue.readStatus(task)))).to.deep.equal(expected);
  // BullMQ's own word for it knows no rounds.
  const byBullmq = model.all.map(({ status, isBelowRound }) => (isBelowRound ? 'pending' : status));
  expect(await Promise.all(tasks.map((task) => damage.statusByBullmq(task)))).to.deep.equal(byBullmq);
}

/** Every move that BullMQ wrote down, task by task. */
async function expectTableMoves({ damage, model }: World, workflowId: string): Promise<number> {
  const statusById = new Map<string, TaskStatus>();
  let moves = 0;
  for (const { jobId, status, isNew } of await damage.moves(CAPABILITIES)) {
    if (!jobId.startsWith(`${workflowId}.`)) continue;
    const from = isNew ? undefined : statusById.get(jobId);
    if (from !== undefined && from !== status) {
      moves += 1;
      expect(canMoveTask(from, status), `${jobId}: ${from} to ${status}`).to.equal(true);
    }
    statusById.set(jobId, status);
  }
  expect(statusById.size).to.be.at.most(model.all.length);
  return moves;
}

describe(`random commands (TAMMA_TEST_SEED=${SEED})`, () => {
  it('leave the queue where the table of docs/states.md says, by moves that it lists', async () => {
    await using queue = await openQueue(undefined, { stalledIntervalMs: STALLED_INTERVAL_MS });
    await using damage = openDamage(queue.prefix);
    const random = seededRandom(SEED);
    const held = await holdAttempts(queue);
    const names = Object.keys(COMMAND_BY_NAME);
    let moves = 0;
    for (let run = 0; run < RUNS_MIN || (moves <= MOVES_MIN && run < RUNS_MAX); run += 1) {
      const model = new TaskModel(`run-${run}.r1`);
      const world = { queue, damage, held, model, random };
      const story: string[] = [];
      await COMMAND_BY_NAME.add?.(world, pickFrom(model.all, random));
      try {
        for (let count = 0; count < COMMANDS; count += 1) {
          await untilAgreed(world);
          const one = pickFrom(
            random() < 0.7 && model.isAnyRunning ? model.in('running') : model.all,
            random,
          );
          const name = pickFrom(names, random);
          story.push(`${name} ${one.task.taskId}`);
          await COMMAND_BY_NAME[name]?.(world, one);
        }
        await untilAgreed(world);
        moves += await expectTableMoves(world, `run-${run}.r1`);
      } catch (thrown) {
        throw new Error(`seed ${SEED}, run ${run}: ${story.join(', ')}`, { cause: thrown });
      }
      for (const capability of model.resumeAll()) await queue.resume(capability);
    }
    held.endAll();
    expect(moves, 'moves').to.be.above(MOVES_MIN);
  });
});
