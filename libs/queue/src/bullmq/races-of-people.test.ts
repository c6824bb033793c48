import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import type { Fate, FlowTask } from '../queue.ts';
import { type Body, consumeAll, flowOf, openQueue, type TestQueue } from '../testing/bench.ts';

/**
 * Races between what runs and what people do. Sections of the notes on BullMQ:
 *   4   priority       changed while the task waits for its predecessor
 *   9   suspend        resumed before, between and after the moves of a park; at random
 *   10  approval       decided before, while and after it parks; two deciders; at the deadline; woken by mistake; too late
 *   15  pause          parked tasks come due; a promotion; a new flow
 */
const HOUR_MS = 3_600_000;
const PARKED: Fate = { kind: 'park', until: Date.now() + HOUR_MS };

function only(workflowId: string): FlowTask {
  const [task] = flowOf(workflowId, [['only', 'approval']]);
  if (task === undefined) throw new Error('the flow is empty');
  return task;
}

async function untilStatus(queue: TestQueue, task: FlowTask, status: string): Promise<void> {
  await eventually(`it is ${status}`, async () => (await queue.readStatus(task)) === status);
}

/** A task that waits for a decision, as the executor has it: done when there is one, parked until then. */
function approval(until = Date.now() + HOUR_MS) {
  const seen = { runs: 0, decision: '' };
  const body: Body = () => {
    seen.runs += 1;
    if (seen.decision !== '') return { kind: 'done' };
    if (Date.now() >= until) return { kind: 'stop', why: 'nobody decided' };
    return { kind: 'park', until, isOver: async () => seen.decision !== '' };
  };
  return { seen, body };
}

describe('races of a park and a wake', () => {
  it('resumed while it still runs: the promotion finds nothing, the look after the park wakes it', async () => {
    await using queue = await openQueue();
    const task = only('running-1.r1');
    let isResumed = false;
    let runs = 0;
    await consumeAll(queue, async () => {
      runs += 1;
      if (isResumed) return { kind: 'done' };
      isResumed = true;
      expect(await queue.promote(task)).to.equal(false);
      return { ...PARKED, isOver: async () => isResumed };
    });
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'completed');
    expect(runs).to.equal(2);
  });

  it('resumed between the park and the look: woken once by the two of them', async () => {
    await using queue = await openQueue();
    const task = only('between-1.r1');
    const attempts: number[] = [];
    await consumeAll(queue, ({ attempt }) => {
      attempts.push(attempt);
      if (attempt > 1) return { kind: 'done' };
      return { ...PARKED, isOver: async () => queue.promote(task) };
    });
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'completed');
    expect(attempts).to.deep.equal([1, 2]);
  });

  it('suspended and resumed forty times at random: none of twenty tasks is left hanging', async () => {
    await using queue = await openQueue();
    let isSuspended = false;
    let turns = 0;
    await consumeAll(queue, () => {
      turns += 1;
      if (isSuspended) return { ...PARKED, isOver: async () => !isSuspended };
      return turns < 400 ? { kind: 'hand-back' } : { kind: 'done' };
    });
    const tasks = Array.from({ length: 20 }, (_, index) => only(`cycle-${index}.r1`));
    for (const task of tasks) await queue.addFlow([task]);
    for (let cycle = 0; cycle < 40; cycle += 1) {
      isSuspended = true;
      await queue.readStatuses(tasks);
      isSuspended = false;
      await Promise.all(tasks.map((task) => queue.promote(task)));
    }
    turns = 400;
    await eventually('all end', async () =>
      (await queue.readStatuses(tasks)).every((status) => status === 'completed'),
    );
  });
});

describe('races of an approval', () => {
  it('decided before it is reached: it never parks', async () => {
    await using queue = await openQueue();
    const { seen, body } = approval();
    seen.decision = 'approve';
    const task = only('before-1.r1');
    await queue.addFlow([task]);
    await consumeAll(queue, body);
    await untilStatus(queue, task, 'completed');
    expect(seen.runs).to.equal(1);
  });

  it('decided while it parks: the one who decided could not wake it, and it is woken all the same', async () => {
    await using queue = await openQueue();
    const { seen, body } = approval();
    const task = only('while-1.r1');
    await consumeAll(queue, async (attempt, signal) => {
      const fate = await body(attempt, signal);
      if (fate.kind === 'park') {
        seen.decision = 'approve';
        expect(await queue.promote(task)).to.equal(false);
      }
      return fate;
    });
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'completed');
    expect(seen.runs).to.equal(2);
  });

  it('decided after it parked, by two at once: it runs once more', async () => {
    await using queue = await openQueue();
    const { seen, body } = approval();
    const task = only('after-1.r1');
    await consumeAll(queue, body);
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'scheduled');
    seen.decision = 'approve';
    await Promise.all([queue.promote(task), queue.promote(task)]);
    await untilStatus(queue, task, 'completed');
    expect(seen.runs).to.equal(2);
  });

  it('decided at its deadline: it ends once, by the one or the other, and never runs twice at a time', async () => {
    await using queue = await openQueue();
    // All of them have to be parked by then, on a full machine too.
    const until = Date.now() + 3000;
    const tasks = Array.from({ length: 10 }, (_, index) => only(`edge-${index}.r1`));
    const decided = new Set<string>();
    const running = new Set<string>();
    const ends: string[] = [];
    await consumeAll(queue, async ({ payload: { taskId } }) => {
      expect(running.has(taskId)).to.equal(false);
      running.add(taskId);
      await queue.readStatus(only('edge-0.r1'));
      running.delete(taskId);
      if (Date.now() < until && !decided.has(taskId)) {
        return { kind: 'park', until, isOver: async () => decided.has(taskId) };
      }
      ends.push(taskId);
      return decided.has(taskId) ? { kind: 'done' } : { kind: 'stop', why: 'nobody decided' };
    });
    for (const task of tasks) await queue.addFlow([task]);
    for (const task of tasks) await untilStatus(queue, task, 'scheduled');
    await eventually('the deadline is there', () => Date.now() >= until - 2);
    await Promise.all(
      tasks.map(async (task) => {
        decided.add(task.taskId);
        await queue.promote(task);
      }),
    );
    await eventually('all end', async () => {
      const statuses = await queue.readStatuses(tasks);
      return statuses.every((status) => status === 'completed' || status === 'failed');
    });
    expect(ends.toSorted()).to.deep.equal(tasks.map(({ taskId }) => taskId).toSorted());
  });

  it('woken by mistake: it parks again for the same deadline, and counts no failure', async () => {
    await using queue = await openQueue();
    const { seen, body } = approval();
    const task = only('stray-1.r1');
    const failures: number[] = [];
    await consumeAll(queue, (attempt, signal) => {
      failures.push(attempt.failures);
      return body(attempt, signal);
    });
    await queue.addFlow([task]);
    for (const runs of [1, 2, 3]) {
      await eventually('it parks', async () => {
        return seen.runs === runs && (await queue.readStatus(task)) === 'scheduled';
      });
      if (runs < 3) expect(await queue.promote(task)).to.equal(true);
    }
    expect(failures).to.deep.equal([0, 0, 0]);
  });

  it('decided after its deadline: the retry of the failed task takes the decision', async () => {
    await using queue = await openQueue();
    const { seen, body } = approval(Date.now() + 50);
    const task = only('late-1.r1');
    await consumeAll(queue, body);
    await queue.addFlow([task]);
    await untilStatus(queue, task, 'failed');
    seen.decision = 'approve';
    expect(await queue.promote(task)).to.equal(false);
    expect(await queue.retry(task)).to.equal(true);
    await untilStatus(queue, task, 'completed');
  });
});

describe('races with a paused queue', () => {
  it('parked tasks come due, one is woken, one is new: none runs before the queue is resumed, then all do', async () => {
    await using queue = await openQueue();
    let isPaused = false;
    const ran: boolean[] = [];
    // The queue has to be paused by then, on a full machine too.
    const due = Date.now() + 2000;
    await consumeAll(queue, ({ payload, attempt }) => {
      ran.push(isPaused);
      if (attempt > 1 || payload.workflowId === 'new-1.r1') return { kind: 'done' };
      return payload.workflowId === 'due-1.r1' ? { kind: 'park', until: due } : PARKED;
    });
    const [parked, woken, added] = [only('due-1.r1'), only('woken-1.r1'), only('new-1.r1')];
    await queue.addFlow([parked]);
    await queue.addFlow([woken]);
    for (const task of [parked, woken]) await untilStatus(queue, task, 'scheduled');
    await queue.pause('approval');
    isPaused = true;
    expect([...(await queue.paused())]).to.deep.equal(['approval']);
    await queue.addFlow([added]);
    expect(await queue.promote(woken)).to.equal(true);
    await eventually('the time has come', () => Date.now() > due + 50);
    expect(await queue.readStatuses([woken, added])).to.deep.equal(['pending', 'pending']);
    expect(await queue.readStatus(parked)).to.be.oneOf(['scheduled', 'pending']);
    isPaused = false;
    await queue.resume('approval');
    for (const task of [parked, woken, added]) await untilStatus(queue, task, 'completed');
    expect(ran).to.not.include(true);
    expect(await queue.paused()).to.have.property('size', 0);
  });
});

describe('a race with a change of priority', () => {
  it('changed while the task waits for its predecessor: it counts as soon as the task is queued', async () => {
    await using queue = await openQueue();
    const flows = ['slow-1.r1', 'fast-1.r1'].map((workflowId) =>
      flowOf(workflowId, [
        ['test', 'test'],
        ['merge', 'git'],
      ]),
    );
    const merges = flows.flatMap((tasks) => tasks.slice(1));
    for (const tasks of flows) await queue.addFlow(tasks);
    const answers = merges.map((task, place) => (place === 1 ? queue.reprioritize(task, 1) : false));
    expect(await Promise.all(answers)).to.deep.equal([false, true]);
    await queue.consume({ capability: 'test', concurrency: 1, handler: async () => ({ kind: 'done' }) });
    await eventually('both are queued', async () =>
      (await Promise.all(merges.map((task) => queue.position(task)))).every((place) => place !== null),
    );
    expect(await Promise.all(merges.map((task) => queue.position(task)))).to.deep.equal([2, 1]);
  });
});
