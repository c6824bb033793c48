import { done, type Outcome } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { createExecutor } from './executor.ts';
import { type Bench, type BenchOptions, FIRST, LAST, openBench } from './testing/bench.ts';
import { openQueue } from './testing/bench-queue.ts';
import { askOf } from './testing/fake-agents.ts';
import { fakeStep } from './testing/fake-step.ts';

const INTAKE = FIRST.id;
const ID = 'demo-1.r1';
const DAY_MS = 24 * 3_600_000;

async function suspend(bench: Bench, untilMs = Date.now() + DAY_MS): Promise<number> {
  expect(await bench.hashes.suspend({ workflowId: ID, untilMs, events: [] })).to.equal('changed');
  await bench.control.announce(ID);
  return untilMs;
}

async function resume(bench: Bench): Promise<void> {
  expect(await bench.hashes.resume(ID, [])).to.equal('changed');
  await bench.control.announce(ID);
}

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

/** Has the workflow suspended while its first step runs, and the step go on once the attempt knows. */
async function suspendWhileRunning(
  goOn: (context: StepContext) => Promise<Outcome<unknown>>,
  options: BenchOptions = {},
) {
  const [begun, known] = [gate(), gate()];
  const intake = fakeStep('issue-intake', async (context) => {
    if (intake.runs() > 1) return done({ answer: 2 });
    begun.open();
    await known.opened;
    return goOn(context);
  });
  const bench = await openBench({ ...options, steps: [intake] });
  let looks = 0;
  const standing: typeof bench.hashes.standing = async (fence) => {
    const stands = await bench.hashes.standing(fence);
    // After the answer was taken in.
    if (stands === 'suspended') setImmediate(() => known.open());
    looks += 1;
    return stands;
  };
  const run = createExecutor({ ...bench.deps, hashes: { ...bench.hashes, standing } }, 'git');
  const running = run(bench.taskOf(INTAKE), new AbortController().signal);
  await begun.opened;
  const untilMs = await suspend(bench);
  return { bench, intake, running, untilMs, looks: () => looks };
}

describe('a suspended workflow', () => {
  it('begins nothing: what is taken parks until it is resumed, tells nothing and counts nothing', async () => {
    const intake = fakeStep('issue-intake');
    await using bench = await openBench({ steps: [intake] });
    const untilMs = await suspend(bench);
    for (let attempt = 1; attempt <= 30; attempt += 1) {
      const fate = await bench.run(INTAKE, { attempt });
      if (fate.kind !== 'park') throw new Error(fate.kind);
      expect(fate.until).to.equal(untilMs);
      expect(await fate.isOver?.()).to.equal(false);
    }
    expect(await bench.types()).to.deep.equal([]);
    const parked = await bench.run(INTAKE, { attempt: 31 });
    await resume(bench);
    expect(parked.kind === 'park' && (await parked.isOver?.())).to.equal(true);
    expect(await bench.run(INTAKE, { attempt: 32 })).to.deep.equal({ kind: 'done' });
    expect(intake.runs()).to.equal(1);
  });

  it('does not go round when its time is over and nobody drew the conclusion yet', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake')] });
    await suspend(bench, Date.now() - DAY_MS);
    const fate = await bench.run(INTAKE);
    expect(fate.kind === 'park' && fate.until - Date.now()).to.be.within(50_000, 60_000);
  });

  it('is not merged by an attempt that has not heard of it yet', async () => {
    const merge = { number: 1, headCommit: 'a', message: 'm', method: 'merge' } as const;
    const intake = fakeStep('issue-intake', async (context) => {
      // Nobody announces it: the message is lost.
      await bench.hashes.suspend({ workflowId: ID, untilMs: Date.now() + DAY_MS, events: [] });
      await context.platform.mergePullRequest(merge);
      return done({ answer: 1 });
    });
    const merges: unknown[] = [];
    await using bench = await openBench({ steps: [intake] });
    const platformOf = () => ({
      ...bench.platform,
      mergePullRequest: (request: typeof merge) => {
        merges.push(request);
        return bench.platform.mergePullRequest(request);
      },
    });
    const run = createExecutor({ ...bench.deps, platformOf }, 'git');
    const fate = await run(bench.taskOf(INTAKE), new AbortController().signal);
    expect([fate.kind, merges]).to.deep.equal(['park', []]);
    expect(await bench.types()).to.include('TASK.INTERRUPTED.SUCCESS');
    await resume(bench);
    const begun = await bench.hashes.begin({ workflowId: ID, taskId: `${ID}.${INTAKE}`, attempt: 1 }, []);
    expect(begun.kind === 'begun' && begun.pickUpsExcused).to.equal(1);
  });

  const SAFE_POINTS: Readonly<Record<string, (context: StepContext) => unknown>> = {
    'a safe point': (context) => context.safePoint(),
    'a look at its owner': (context) => context.assertOwner(),
    'an effect at the platform': (context) => context.platform.ensureComment(1, 'late', 'too late'),
    'a merge': (context) =>
      context.platform.mergePullRequest({ number: 1, headCommit: 'a', message: 'm', method: 'merge' }),
    'a turn of the model': async (context) => {
      const [agent] = await context.agents();
      await agent?.provider.respond(askOf(), { signal: context.signal });
    },
    progress: (context) => context.progress(50, 'half'),
  };
  for (const [title, act] of Object.entries(SAFE_POINTS)) {
    it(`parks what runs at ${title}, once told and not counted, and runs it again later`, async () => {
      const story = await suspendWhileRunning(async (context) => {
        await act(context);
        return done({ answer: 1 });
      });
      await using bench = story.bench;
      const fate = await story.running;
      expect(fate).to.include({ kind: 'park', until: story.untilMs });
      const told = (await bench.types()).filter((type) => type === 'TASK.INTERRUPTED.SUCCESS');
      expect(told).to.have.lengthOf(1);
      expect(bench.comments()).to.deep.equal([]);
      const again = await bench.hashes.begin({ workflowId: ID, taskId: `${ID}.${INTAKE}`, attempt: 1 }, []);
      expect(again).to.deep.equal({ kind: 'suspended', untilMs: story.untilMs });
      await resume(bench);
      const begun = await bench.hashes.begin({ workflowId: ID, taskId: `${ID}.${INTAKE}`, attempt: 1 }, []);
      expect(begun.kind === 'begun' && begun.pickUpsExcused).to.equal(1);
      expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
    });
  }

  it('tells what has happened before it parks', async () => {
    const story = await suspendWhileRunning(async (context) => {
      await context.tell({ type: 'RISK.ASSESSED.SUCCESS', data: { risk: 'low' } });
      throw new Error('it went on');
    });
    await using bench = story.bench;
    expect((await story.running).kind).to.equal('park');
    expect((await bench.types()).slice(-2)).to.deep.equal([
      'RISK.ASSESSED.SUCCESS',
      'TASK.INTERRUPTED.SUCCESS',
    ]);
  });

  it('parks a step that takes the interruption for trouble of its own', async () => {
    const story = await suspendWhileRunning(async (context) => {
      const trouble = await context.progress(50, 'half').catch((thrown: Error) => thrown.message);
      return { kind: 'retry', error: { code: 'ODD', class: 'unknown', message: String(trouble) } };
    });
    await using _bench = story.bench;
    expect((await story.running).kind).to.equal('park');
  });

  it('lets a step that comes to no safe point end, and parks the one behind it', async () => {
    const story = await suspendWhileRunning(async () => done({ answer: 1 }));
    await using bench = story.bench;
    expect(await story.running).to.deep.equal({ kind: 'done' });
    expect((await bench.run(LAST.id)).kind).to.equal('park');
  });

  it('goes on as if nothing had been when it is resumed before the next safe point', async () => {
    const story = await suspendWhileRunning(async (context) => {
      const before = story.looks();
      await resume(story.bench);
      await eventually('the attempt looks again', () => story.looks() > before);
      context.safePoint();
      return done({ answer: 1 });
    });
    await using bench = story.bench;
    expect(await story.running).to.deep.equal({ kind: 'done' });
    expect(await bench.types()).to.not.include('TASK.INTERRUPTED.SUCCESS');
  });

  it('is handed to the next worker when it is resumed between the interruption and the park', async () => {
    const story = await suspendWhileRunning(async (context) => {
      await resume(story.bench);
      context.safePoint();
      return done({ answer: 1 });
    });
    await using bench = story.bench;
    expect(await story.running).to.deep.equal({ kind: 'hand-back' });
    expect(await bench.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
  });

  it('wakes its task when it is resumed just before the park, when nobody could', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake')] });
    await using one = await openQueue(bench);
    const executor = createExecutor(bench.deps, 'git');
    const taken: number[] = [];
    await one.queue.consume({
      capability: 'git',
      concurrency: 1,
      handler: async (task, signal) => {
        taken.push(task.attempt);
        const fate = await executor(task, signal);
        if (task.attempt === 1) {
          await resume(bench);
          expect(await one.queue.promote(one.taskOf(INTAKE))).to.equal(false);
        }
        return fate;
      },
    });
    await suspend(bench);
    await one.queue.addFlow(one.flow);
    await eventually('it goes on', async () => (await one.status(INTAKE)) === 'completed');
    expect(taken).to.deep.equal([1, 2]);
  });
});
