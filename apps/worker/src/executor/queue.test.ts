import { done } from '@tamma/domain';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { redisUser } from '../testing/redis-user.ts';
import { createExecutor } from './executor.ts';
import { FIRST, LAST, openBench } from './testing/bench.ts';
import { openQueue } from './testing/bench-queue.ts';
import { fakeStep, untilAborted } from './testing/fake-step.ts';

/** A hand-back is taken up at once, not after the lock lapsed (30 s) and a stall check found it (5 s). */
const AT_ONCE_MS = 10_000;

describe('executor behind the real queue', () => {
  it('walks a workflow from its first step to its completion', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake'), fakeStep('clarification')] });
    await using one = await openQueue(bench);
    await one.queue.addFlow(one.flow);
    await one.consume('ai');
    await one.consume('git');
    await eventually('the workflow ends', async () => (await one.status(LAST.id)) === 'completed');
    expect(await bench.types()).to.deep.equal([
      'TASK.DEQUEUED.SUCCESS',
      'SESSION.STARTED.SUCCESS',
      'PHASE.STARTED.SUCCESS',
      'TASK.COMPLETED.SUCCESS',
      'PHASE.COMPLETED.SUCCESS',
      'TASK.DEQUEUED.SUCCESS',
      'PHASE.STARTED.SUCCESS',
      'TASK.COMPLETED.SUCCESS',
      'PHASE.COMPLETED.SUCCESS',
      'SESSION.ENDED.SUCCESS',
      'WORKFLOW.COMPLETED.SUCCESS',
    ]);
  });

  it('refuses a step that was released because somebody removed the one before it', async () => {
    const last = fakeStep('clarification');
    await using bench = await openBench({ steps: [fakeStep('issue-intake'), last] });
    await using one = await openQueue(bench);
    await one.queue.addFlow(one.flow.slice(1));
    await one.consume('ai');
    await eventually('it is refused', async () => (await one.status(LAST.id)) === 'failed');
    expect(last.runs()).to.equal(0);
    const failed = (await bench.events()).find((event) => event.type === 'TASK.FAILED.PERMANENT');
    expect(JSON.stringify(failed?.data)).to.contain('PREDECESSOR_MISSING').and.contain('issue-intake');
  });

  it('holds back the steps behind one that escalated', async () => {
    const intake = fakeStep('issue-intake', () => done({ answer: 'wrong' }));
    await using bench = await openBench({ steps: [intake, fakeStep('clarification')] });
    await using one = await openQueue(bench);
    await one.queue.addFlow(one.flow);
    await one.consume('ai');
    await one.consume('git');
    await eventually('it stops', async () => (await one.status(FIRST.id)) === 'failed');
    expect(await one.status(LAST.id)).to.equal('pending');
    expect((await bench.types()).at(-1)).to.equal('ESCALATION.TRIGGERED.SUCCESS');
  });

  for (const [title, isObedient] of [
    ['a running step is handed back', true],
    ['a step that ignores its signal is handed back all the same', false],
  ] as const) {
    it(`at shutdown ${title}: another consumer goes on at once and no failure is counted`, async () => {
      const taken: [number, number][] = [];
      let takenAt = 0;
      const intake = fakeStep('issue-intake', async (context) => {
        if (intake.runs() > 1) {
          takenAt = performance.now();
          return done({ answer: 1 });
        }
        return isObedient ? untilAborted(context) : new Promise(() => {});
      });
      await using bench = await openBench({ steps: [intake] });
      await using leaving = await openQueue(bench);
      await using staying = await openQueue(bench);
      const consumer = await leaving.consume();
      await leaving.queue.addFlow(leaving.flow);
      await eventually('the step runs', () => intake.runs() === 1);
      const executor = createExecutor(bench.deps, 'git');
      await staying.queue.consume({
        capability: 'git',
        concurrency: 1,
        handler: (task, signal) => {
          taken.push([task.attempt, task.failures]);
          return executor(task, signal);
        },
      });
      await consumer.stop(10);
      const stoppedAt = performance.now();
      await eventually('the other goes on', async () => (await staying.status(FIRST.id)) === 'completed');
      expect(takenAt - stoppedAt).to.be.lessThan(AT_ONCE_MS);
      expect(taken).to.deep.equal([[2, 0]]);
      expect((await bench.types()).slice(0, 5)).to.deep.equal([
        'TASK.DEQUEUED.SUCCESS',
        'SESSION.STARTED.SUCCESS',
        'PHASE.STARTED.SUCCESS',
        'TASK.INTERRUPTED.SUCCESS',
        'TASK.DEQUEUED.SUCCESS',
      ]);
    });
  }

  it('loses nothing when its connections to Redis are cut in the middle of a step', async () => {
    await using user = await redisUser();
    const intake = fakeStep('issue-intake', async (context) => {
      await context.progress(10, 'before');
      expect(await user.cutConnections()).to.be.greaterThan(3);
      await context.progress(50, 'after');
      await context.platform.ensureComment(1, 'effect', 'done once');
      context.writeArtifact('TASK.md', '# Task');
      void user.cutConnections();
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake], redisUrl: user.url });
    await using one = await openQueue(bench, user.url);
    await one.consume();
    await one.queue.addFlow(one.flow);
    // The queue refuses calls while its own connection is cut; asking again is the answer.
    await eventually('the step ends', async () => {
      const status = await one.status(FIRST.id).catch(() => null);
      return status === 'completed';
    });
    expect(intake.runs()).to.equal(1);
    const events = await bench.events();
    const messages = events.flatMap((event) =>
      event.type === 'TASK.PROGRESS.UPDATED' ? [event.data.message] : [],
    );
    expect(messages).to.deep.equal(['before', 'after']);
    expect(events.filter((event) => event.type === 'TASK.COMPLETED.SUCCESS')).to.have.lengthOf(1);
    expect(bench.comments()).to.deep.equal(['done once\n\n<!-- effect -->']);
    expect(await bench.hashes.readArtifact('demo-1.r1', 'TASK.md')).to.equal('# Task');
  });
});
