import { done, escalate, type Order, type OrderKind, type TimedWait } from '@tamma/domain';
import type { TaskHandler } from '@tamma/queue';
import { eventually, quickest } from '@tamma/testing';
import { expect } from 'chai';
import { createExecutor } from './executor.ts';
import { type Bench, FIRST, LAST, openBench } from './testing/bench.ts';
import { openQueue } from './testing/bench-queue.ts';
import { type FakeStep, fakeStep, untilAborted } from './testing/fake-step.ts';
import { stateOf } from './testing/plans.ts';

const INTAKE = FIRST.id;
const ID = 'demo-1.r1';
/** Without the message it would look after a second. */
const AT_ONCE_MS = 500;
/** It looks every second. */
const LOOK_MAX_MS = 1800;

function orderOf(kind: OrderKind): Order {
  return { kind, by: 'ada', why: 'not needed here', at: '2026-01-01T00:00:00.000Z' };
}

async function order(bench: Bench, kind: OrderKind, stepId: string = INTAKE): Promise<string> {
  const request = { workflowId: ID, taskId: `${ID}.${stepId}`, order: orderOf(kind), events: [] };
  const verdict = await bench.hashes.order(request);
  await bench.control.announce(ID);
  return verdict;
}

function skippable(step: FakeStep): FakeStep {
  return { ...step, whenSkipped: { answer: 0 } };
}

/** How long a step ran on, in milliseconds, after it was ordered to be left out. */
async function breakOffBy(giveOrder: (bench: Bench) => Promise<unknown>): Promise<number> {
  const begun = Promise.withResolvers<void>();
  const intake = skippable(
    fakeStep('issue-intake', async (context) => {
      begun.resolve();
      return untilAborted(context);
    }),
  );
  await using bench = await openBench({ steps: [intake] });
  const running = bench.run(INTAKE);
  await begun.promise;
  const orderedAt = performance.now();
  await giveOrder(bench);
  expect(await running).to.deep.equal({ kind: 'done' });
  const tookMs = performance.now() - orderedAt;
  const completed = (await bench.events()).filter((event) => event.type === 'TASK.COMPLETED.SUCCESS');
  expect(completed.map((event) => event.data)).to.deep.equal([{ result: { answer: 0 }, durationMs: 0 }]);
  return tookMs;
}

describe('a step that a person has left out', () => {
  it('is done with the result it names for that, and its body does not run', async () => {
    const intake = skippable(fakeStep('issue-intake'));
    const seen: unknown[] = [];
    const last = fakeStep('clarification', (context) => {
      seen.push(context.resultOf(INTAKE));
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake, last] });
    expect(await order(bench, 'skip')).to.equal('ordered');
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(intake.runs()).to.equal(0);
    expect(await bench.types()).to.deep.equal([
      'TASK.DEQUEUED.SUCCESS',
      'SESSION.STARTED.SUCCESS',
      'PHASE.STARTED.SUCCESS',
      'TASK.COMPLETED.SUCCESS',
      'PHASE.COMPLETED.SUCCESS',
    ]);
    expect(await bench.run(LAST.id)).to.deep.equal({ kind: 'done' });
    expect(seen).to.deep.equal([{ answer: 0 }]);
    expect((await stateOf(bench)).status).to.equal('completed');
    expect(await order(bench, 'skip')).to.equal('done');
  });

  it('is not run, and a person asked, when nothing can stand for its result', async () => {
    const intake = fakeStep('issue-intake');
    await using bench = await openBench({ steps: [intake] });
    await order(bench, 'skip');
    expect(await bench.run(INTAKE)).to.deep.equal({
      kind: 'stop',
      why: 'step issue-intake cannot be left out: nothing can stand for its result',
    });
    expect(intake.runs()).to.equal(0);
    expect((await stateOf(bench)).error).to.include({ code: 'SKIP_IMPOSSIBLE', class: 'validation' });
  });

  it('keeps its place: what comes before it must be done', async () => {
    const last = skippable(fakeStep('clarification'));
    await using bench = await openBench({ steps: [fakeStep('issue-intake'), last] });
    await order(bench, 'skip', LAST.id);
    expect((await bench.run(LAST.id)).kind).to.equal('stop');
    expect((await stateOf(bench)).error).to.include({ code: 'PREDECESSOR_MISSING' });
  });

  it('is left out also while it waits for a person, told in one go', async () => {
    const approval = { kind: 'plan', risk: 'high', subject: 'f00d' } as const;
    const wait: TimedWait = { kind: 'wait', on: 'approval', forMs: 60_000, why: 'ask', approval };
    const intake = skippable(fakeStep('issue-intake', () => wait));
    await using bench = await openBench({ steps: [intake] });
    expect((await bench.run(INTAKE)).kind).to.equal('park');
    await order(bench, 'skip');
    expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
    expect(intake.runs()).to.equal(1);
    expect((await bench.types()).slice(-5)).to.deep.equal([
      'TASK.DEQUEUED.SUCCESS',
      'SESSION.STARTED.SUCCESS',
      'PHASE.STARTED.SUCCESS',
      'TASK.COMPLETED.SUCCESS',
      'PHASE.COMPLETED.SUCCESS',
    ]);
  });

  it('is left out also when the order came between the commit and the park, when nobody could wake it', async () => {
    const wait: TimedWait = { kind: 'wait', on: 'ci', forMs: 3_600_000, why: 'checks run' };
    const intake = skippable(fakeStep('issue-intake', () => wait));
    await using bench = await openBench({ steps: [intake] });
    await using one = await openQueue(bench);
    const executor = createExecutor(bench.deps, 'git');
    const handler: TaskHandler = async (task, signal) => {
      const fate = await executor(task, signal);
      if (task.attempt > 1) return fate;
      await order(bench, 'skip');
      expect(await one.queue.promote(one.taskOf(INTAKE))).to.equal(false);
      return fate;
    };
    await one.queue.consume({ capability: 'git', concurrency: 1, handler });
    await one.queue.addFlow(one.flow);
    await eventually('it is left out', async () => (await one.status(INTAKE)) === 'completed');
    expect(intake.runs()).to.equal(1);
  });

  it('is left out also when it had stopped for good', async () => {
    const error = { code: 'RED', class: 'gate', message: 'it is red' } as const;
    const intake = skippable(fakeStep('issue-intake', () => escalate(error)));
    await using bench = await openBench({ steps: [intake] });
    expect((await bench.run(INTAKE)).kind).to.equal('stop');
    const task = { workflowId: ID, taskId: `${ID}.${INTAKE}`, events: [] };
    expect(await bench.hashes.retry({ ...task, order: orderOf('skip') })).to.equal('retried');
    expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
    expect(intake.runs()).to.equal(1);
  });

  it('is broken off at once when it runs', async () => {
    const breakOff = () => breakOffBy((bench) => order(bench, 'skip'));
    expect(await quickest(AT_ONCE_MS, breakOff)).to.be.lessThan(AT_ONCE_MS);
  });

  it('is broken off also when the message that announced the order was lost', async () => {
    const breakOff = () =>
      breakOffBy(async ({ hashes }) => {
        const request = { workflowId: ID, taskId: `${ID}.${INTAKE}`, order: orderOf('skip'), events: [] };
        expect(await hashes.order(request)).to.equal('ordered');
      });
    expect(await quickest(LOOK_MAX_MS, breakOff)).to.be.lessThan(LOOK_MAX_MS);
  });

  it('is broken off also when the order came between its read and its run', async () => {
    const intake = skippable(fakeStep('issue-intake', untilAborted));
    await using bench = await openBench({ steps: [intake] });
    const begin: typeof bench.hashes.begin = async (fence, openings) => {
      const begun = await bench.hashes.begin(fence, openings);
      if (openings.length > 0) await order(bench, 'skip');
      return begun;
    };
    const run = createExecutor({ ...bench.deps, hashes: { ...bench.hashes, begin } }, 'git');
    expect(await run(bench.taskOf(INTAKE), new AbortController().signal)).to.deep.equal({ kind: 'done' });
    expect(intake.runs()).to.equal(1);
  });

  it('comes to its own end when it runs and cannot be left out', async () => {
    const [begun, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const intake = fakeStep('issue-intake', async () => {
      begun.resolve();
      await release.promise;
      return done({ answer: 7 });
    });
    await using bench = await openBench({ steps: [intake] });
    const running = bench.run(INTAKE);
    await begun.promise;
    await order(bench, 'skip');
    release.resolve();
    expect(await running).to.deep.equal({ kind: 'done' });
  });
});

describe('a step that a person lets pass', () => {
  it('runs, and sees the order', async () => {
    const seen: unknown[] = [];
    const intake = fakeStep('issue-intake', (context) => {
      seen.push(context.order, context.attempt);
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake] });
    await order(bench, 'override');
    expect(await bench.run(INTAKE, { attempt: 3 })).to.deep.equal({ kind: 'done' });
    expect(seen).to.deep.equal([orderOf('override'), 3]);
  });
});
