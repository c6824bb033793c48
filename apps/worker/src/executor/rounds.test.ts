import { done, type Outcome, type RoundWait, TammaError } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { createExecutor } from './executor.ts';
import { type Bench, openBench } from './testing/bench.ts';
import { openQueue } from './testing/bench-queue.ts';
import { type FakeStep, fakeStep, untilAborted } from './testing/fake-step.ts';
import { REPAIR_PLAN, stateOf } from './testing/plans.ts';

const [CODE, BUILD, TEST, MERGE] = ['code-generation', 'build-gate', 'test-gate', 'merge-and-close'] as const;
const RED: RoundWait = {
  kind: 'wait',
  on: 'dependency',
  why: 'the test gate is red',
  round: { kind: 'repair', steps: [CODE, BUILD] },
};

interface Story {
  readonly steps: readonly FakeStep[];
  /** Tasks that ran, by the part of their id behind the workflow's. */
  readonly ran: string[];
}

type Answer = (run: number) => Outcome<unknown> | Promise<Outcome<unknown>>;

/** Every step is done with the number of its run as the answer, but for those that answer otherwise. */
function story(answers: Readonly<Record<string, Answer>> = {}): Story {
  const ran: string[] = [];
  const steps = ([CODE, BUILD, TEST, MERGE] as const).map((handler) => {
    const step: FakeStep = fakeStep(handler, (context) => {
      ran.push(context.taskId.slice('demo-1.r1.'.length));
      return (answers[handler] ?? answers[ran.at(-1) ?? ''])?.(step.runs()) ?? done({ answer: step.runs() });
    });
    return step;
  });
  return { steps, ran };
}

function taskNames(fate: Fate): string[] {
  if (fate.kind !== 'spawn') throw new Error(`expected a round, got ${JSON.stringify(fate)}`);
  return fate.tasks.map((task) => task.taskId.slice('demo-1.r1.'.length));
}

/** Runs the spine up to the test gate, which sends the work back. */
async function untilRed(bench: Bench): Promise<Fate> {
  await bench.run(CODE);
  await bench.run(BUILD);
  return bench.run(TEST);
}

describe('work that goes back', () => {
  it('runs as a round below the gate that was red, then the gate, then the rest', async () => {
    const { steps, ran } = story({ [TEST]: (run) => (run === 1 ? RED : done({ answer: run })) });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps });
    await using one = await openQueue(bench);
    await one.consumeAll();
    await one.queue.addFlow(one.flow);
    await eventually('the workflow ends', async () => (await one.status(MERGE)) === 'completed');
    expect(ran).to.deep.equal([CODE, BUILD, TEST, `${CODE}.1`, `${BUILD}.1`, TEST, MERGE]);

    const state = await stateOf(bench);
    expect(state).to.include({ status: 'completed', phase: 'CLOSE' });
    expect(state.steps.map(({ id, status, round }) => [id, status, round])).to.deep.equal([
      [CODE, 'completed', 1],
      [BUILD, 'completed', 1],
      [TEST, 'completed', 0],
      [MERGE, 'completed', 0],
    ]);
    expect(state.rounds).to.have.lengthOf(1);
    expect(state.rounds[0]).to.include({ round: 1, kind: 'repair', askedBy: TEST });
    const types = await bench.types();
    const told = (type: string) => types.filter((one) => one === type).length;
    expect(
      ['SESSION.STARTED.SUCCESS', 'ROUND.STARTED.SUCCESS', 'WORKFLOW.COMPLETED.SUCCESS'].map(told),
    ).to.deep.equal([1, 1, 1]);
    expect(['PHASE.COMPLETED.SUCCESS', 'TASK.ENQUEUED.SUCCESS'].map(told)).to.deep.equal([2, 2]);
    expect(types).to.not.include('TASK.RETRY.SCHEDULED');
  });

  it('comes to its end also when the step that asked is left out meanwhile, and only then is that done', async () => {
    const { steps, ran } = story({ [TEST]: () => RED });
    const leaving = steps.map((step) =>
      step.handler === TEST ? { ...step, whenSkipped: { answer: 0 } } : step,
    );
    await using bench = await openBench({ plan: REPAIR_PLAN, steps: leaving });
    // The attempt dies right behind its commit point: what it sent back may be queued or not.
    const sent = taskNames(await untilRed(bench));
    const order = { kind: 'skip', by: 'ada', why: 'not here', at: '2026-01-01T00:00:00.000Z' } as const;
    const request = { workflowId: 'demo-1.r1', taskId: `demo-1.r1.${TEST}`, order, events: [] };
    expect(await bench.hashes.order(request)).to.equal('ordered');
    expect(taskNames(await bench.run(TEST, { attempt: 2 }))).to.deep.equal(sent);
    for (const step of [CODE, BUILD])
      expect(await bench.run(step, { round: 1 })).to.deep.equal({ kind: 'done' });
    expect(await bench.run(TEST, { attempt: 3 })).to.deep.equal({ kind: 'done' });
    expect(ran).to.deep.equal([CODE, BUILD, TEST, `${CODE}.1`, `${BUILD}.1`]);
  });

  it('shows steps what was done in the latest round, and every round so far', async () => {
    const seen: unknown[] = [];
    const { steps } = story();
    const looking = fakeStep(TEST, (context) => {
      const { rounds } = context;
      seen.push([context.resultOf(CODE), context.resultOf(BUILD), rounds.map((one) => one.number)]);
      return looking.runs() < 3 ? { ...RED, round: { kind: 'repair', steps: [CODE] } } : done({ answer: 1 });
    });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps: [...steps.slice(0, 2), looking] });
    await untilRed(bench);
    await bench.run(CODE, { round: 1 });
    await bench.run(TEST, { attempt: 2 });
    await bench.run(CODE, { round: 2 });
    await bench.run(TEST, { attempt: 3 });
    expect(seen).to.deep.equal([
      [{ answer: 1 }, { answer: 1 }, []],
      [{ answer: 2 }, { answer: 1 }, [1]],
      [{ answer: 3 }, { answer: 1 }, [1, 2]],
    ]);
  });

  it('goes back three times at most, and then a person is needed', async () => {
    const { steps, ran } = story({ [TEST]: () => ({ ...RED, round: { kind: 'repair', steps: [CODE] } }) });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps });
    await using one = await openQueue(bench);
    await one.consumeAll();
    await one.queue.addFlow(one.flow);
    await eventually('it stops', async () => (await one.status(TEST)) === 'failed');
    expect(ran.filter((name) => name.startsWith(CODE))).to.deep.equal([
      CODE,
      `${CODE}.1`,
      `${CODE}.2`,
      `${CODE}.3`,
    ]);
    expect(await one.status(MERGE)).to.equal('pending');
    const state = await stateOf(bench);
    expect(state).to.include({ status: 'paused' });
    expect(state.error).to.include({ code: 'ROUNDS_EXHAUSTED' });
    expect(await one.queue.removeFlow(one.flow)).to.equal('removed');
    expect(await one.status(CODE, 3)).to.equal(null);
  });

  it('is queued by the next attempt when the one that asked died before it could, with what is still open', async () => {
    const { steps, ran } = story({ [TEST]: (run) => (run === 1 ? RED : done({ answer: run })) });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps });
    expect(taskNames(await untilRed(bench))).to.deep.equal([`${CODE}.1`, `${BUILD}.1`]);
    const before = await bench.types();
    expect(taskNames(await bench.run(TEST, { attempt: 2 }))).to.deep.equal([`${CODE}.1`, `${BUILD}.1`]);
    expect(await bench.types()).to.deep.equal(before);
    await bench.run(CODE, { round: 1 });
    expect(taskNames(await bench.run(TEST, { attempt: 3 }))).to.deep.equal([`${BUILD}.1`]);
    await bench.run(BUILD, { round: 1 });
    expect(await bench.run(TEST, { attempt: 4 })).to.deep.equal({ kind: 'done' });
    expect(ran).to.deep.equal([CODE, BUILD, TEST, `${CODE}.1`, `${BUILD}.1`, TEST]);
  });

  it('ends as a crash loop when its tasks cannot be queued at all', async () => {
    const { steps } = story({ [TEST]: () => RED });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps });
    await untilRed(bench);
    expect((await bench.run(TEST, { attempt: 11 })).kind).to.equal('spawn');
    expect((await bench.run(TEST, { attempt: 12 })).kind).to.equal('stop');
    expect((await stateOf(bench)).error).to.include({ code: 'CRASH_LOOP' });
  });

  it('is not waited for again by an attempt that was cut off after the round was over', async () => {
    const abort = new AbortController();
    const { steps } = story();
    const test = fakeStep(TEST, (context) => {
      if (test.runs() === 1) return RED;
      return test.runs() === 2 ? untilAborted(context) : done({ answer: test.runs() });
    });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps: [...steps.slice(0, 2), test] });
    await untilRed(bench);
    await bench.run(CODE, { round: 1 });
    await bench.run(BUILD, { round: 1 });
    const running = bench.run(TEST, { attempt: 2, signal: abort.signal });
    await eventually('it runs', () => test.runs() === 2);
    abort.abort('shutdown');
    expect(await running).to.deep.equal({ kind: 'hand-back' });
    expect(await bench.run(TEST, { attempt: 3 })).to.deep.equal({ kind: 'done' });
  });

  it('is not stored by an attempt that was overtaken', async () => {
    const { steps } = story();
    const test = fakeStep(TEST, async ({ taskId, head }) => {
      await bench.hashes.begin({ workflowId: head.workflowId, taskId, attempt: 2 }, []);
      return RED;
    });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps: [...steps.slice(0, 2), test] });
    expect(await untilRed(bench)).to.deep.equal({ kind: 'abandon' });
    expect(await bench.hashes.readRounds('demo-1.r1')).to.deep.equal([]);
    expect(await bench.types()).to.not.include('ROUND.STARTED.SUCCESS');
  });

  it('is carried on by the queue when the attempt that asked broke between its commit and the round', async () => {
    const { steps, ran } = story({ [TEST]: (run) => (run === 1 ? RED : done({ answer: run })) });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps });
    await using one = await openQueue(bench);
    for (const capability of ['code', 'build', 'git'] as const) await one.consume(capability);
    const executor = createExecutor(bench.deps, 'test');
    const fates: string[] = [];
    await one.queue.consume({
      capability: 'test',
      concurrency: 1,
      handler: async (task, signal) => {
        const fate = await executor(task, signal);
        fates.push(fate.kind);
        if (fates.length === 1) throw new Error('it broke right here');
        return fate;
      },
    });
    await one.queue.addFlow(one.flow);
    await eventually('the workflow ends', async () => (await one.status(MERGE)) === 'completed');
    expect(fates).to.deep.equal(['spawn', 'spawn', 'done']);
    expect(ran).to.deep.equal([CODE, BUILD, TEST, `${CODE}.1`, `${BUILD}.1`, TEST, MERGE]);
    const started = (await bench.types()).filter((type) => type === 'ROUND.STARTED.SUCCESS');
    expect(started).to.have.lengthOf(1);
  });

  it('refuses a task of a round that was released because somebody removed the one before it', async () => {
    const { steps, ran } = story({ [TEST]: () => RED });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps });
    await untilRed(bench);
    expect((await bench.run(BUILD, { round: 1 })).kind).to.equal('stop');
    expect(ran).to.deep.equal([CODE, BUILD, TEST]);
    expect((await stateOf(bench)).error).to.include({ code: 'PREDECESSOR_MISSING' });
    expect((await bench.run(CODE, { round: 2 })).kind).to.equal('stop');
    expect((await stateOf(bench)).error).to.include({ code: 'ROUND_UNPLANNED' });
  });
});

describe('a task of a round that failed for good', () => {
  const broken = new TammaError('NO_KEY', 'the key is wrong', { class: 'authentication' });
  const failsTwice: Answer = (run) => (run < 3 ? Promise.reject(broken) : done({ answer: run }));

  it('holds everything until a person has it tried again, then the whole flow goes on', async () => {
    let tries = 0;
    const { steps, ran } = story({
      [TEST]: (run) => (run === 1 ? RED : done({ answer: run })),
      [`${CODE}.1`]: () => {
        tries += 1;
        return failsTwice(tries);
      },
    });
    await using bench = await openBench({ plan: REPAIR_PLAN, steps });
    await using one = await openQueue(bench);
    await one.consumeAll();
    await one.queue.addFlow(one.flow);
    for (const failures of [1, 2]) {
      await eventually(
        'it fails',
        async () => tries === failures && (await one.status(CODE, 1)) === 'failed',
      );
      expect([await one.status(BUILD, 1), await one.status(TEST)]).to.deep.equal(['pending', 'scheduled']);
      const task = one.taskOf(CODE, 1);
      const request = { workflowId: 'demo-1.r1', taskId: task.taskId, order: null, events: [] };
      const verdicts = await Promise.all([bench.hashes.retry(request), bench.hashes.retry(request)]);
      expect(verdicts.toSorted()).to.deep.equal(['not-stopped', 'retried']);
      const moved = await Promise.all([one.queue.retry(task), one.queue.retry(task)]);
      expect(moved.toSorted()).to.deep.equal([false, true]);
    }
    await eventually('the workflow ends', async () => (await one.status(MERGE)) === 'completed');
    expect(ran.slice(3)).to.deep.equal([`${CODE}.1`, `${CODE}.1`, `${CODE}.1`, `${BUILD}.1`, TEST, MERGE]);
    const failed = (await bench.events()).filter((event) => event.type === 'TASK.FAILED.PERMANENT');
    expect(new Set(failed.map((event) => event.id)).size).to.equal(2);
  });
});
