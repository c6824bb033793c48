import { buildStep } from '@tamma/contracts/testing';
import { done, escalate } from '@tamma/domain';
import { quickest } from '@tamma/testing';
import { expect } from 'chai';
import { FIRST, openBench } from './testing/bench.ts';
import { fakeStep, untilAborted } from './testing/fake-step.ts';

const INTAKE = FIRST.id;
const LIMIT_MS = 250;
const LATE_MS = 200;
/** What a step that ignores its signal may cost beyond its limit. */
const GRACE_MS = 3000;
/** Without the grace's end it would be waited for without end. */
const GRACE_LATE_MS = 10_000;
const PLAN = [buildStep({ timeoutMs: LIMIT_MS })];

async function timed<Value>(work: () => Promise<Value>): Promise<[Value, number]> {
  const startedAt = performance.now();
  const value = await work();
  return [value, performance.now() - startedAt];
}

describe('time limit of a step', () => {
  it('stops a step that heeds its signal less than 200 ms late', async () => {
    const stop = async () => {
      await using bench = await openBench({ plan: PLAN, steps: [fakeStep('issue-intake', untilAborted)] });
      const [fate, tookMs] = await timed(() => bench.run(INTAKE));
      expect(fate).to.deep.equal({
        kind: 'stop',
        why: `the step ran longer than its limit of ${LIMIT_MS} ms`,
      });
      expect(tookMs).to.be.at.least(LIMIT_MS - 5);
      const failed = (await bench.events()).find((event) => event.type === 'TASK.FAILED.PERMANENT');
      expect(failed?.data).to.deep.include({ retryCount: 0 });
      expect(JSON.stringify(failed?.data)).to.contain('"TIMEOUT"');
      expect(JSON.stringify(failed?.data)).to.contain('ran longer than its limit');
      return tookMs;
    };
    const lateMs = LIMIT_MS + LATE_MS;
    expect(await quickest(lateMs, stop)).to.be.below(lateMs);
  });

  it('is not waited for beyond the grace when the step ignores its signal, and what it does later counts for nothing', async () => {
    const release = Promise.withResolvers<void>();
    const late = Promise.withResolvers<readonly string[]>();
    const intake = fakeStep('issue-intake', async (context) => {
      await release.promise;
      const attempts = [
        () => context.platform.ensureComment(1, 'late', 'too late'),
        () => context.tell({ type: 'RISK.ASSESSED.SUCCESS', data: { risk: 'low' } }),
        () => context.progress(99, 'nearly there'),
        () => context.openWorkspace('main'),
        () => context.assertOwner(),
      ];
      const refusals = attempts.map(async (attempt) =>
        attempt().then(
          () => 'went through',
          (error: Error) => error.name,
        ),
      );
      late.resolve(await Promise.all(refusals));
      return done({ answer: 1 });
    });
    await using bench = await openBench({ plan: PLAN, steps: [intake] });
    const [fate, tookMs] = await timed(() => bench.run(INTAKE));
    expect(fate.kind).to.equal('stop');
    expect(tookMs).to.be.within(LIMIT_MS + GRACE_MS - 10, LIMIT_MS + GRACE_MS + GRACE_LATE_MS);
    const before = await bench.types();
    const comments = bench.comments();
    release.resolve();
    expect(await late.promise).to.deep.equal(Array(5).fill('AttemptAborted'));
    expect(await bench.types()).to.deep.equal(before);
    expect(bench.comments()).to.deep.equal(comments);
  });

  it('takes the result of a step that ends in the grace', async () => {
    const intake = fakeStep('issue-intake', async (context) => {
      await untilAborted(context).catch(() => {
        // This step ends its work although it was told to stop.
      });
      return done({ answer: 1 });
    });
    await using bench = await openBench({ plan: PLAN, steps: [intake] });
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
  });

  it('counts as the reason even when the step calls the consequences a failure of its own', async () => {
    const error = { code: 'GAVE_UP', class: 'model', message: 'the model gave up' } as const;
    const intake = fakeStep('issue-intake', async (context) =>
      untilAborted(context).catch(() => escalate(error)),
    );
    await using bench = await openBench({ plan: PLAN, steps: [intake] });
    const fate = await bench.run(INTAKE);
    expect(fate.kind === 'stop' && fate.why).to.contain('ran longer than its limit');
    const abort = new AbortController();
    await using other = await openBench({ steps: [intake] });
    const running = other.run(INTAKE, { signal: abort.signal });
    abort.abort('shutdown');
    expect(await running).to.deep.equal({ kind: 'hand-back' });
    expect((await other.types()).at(-1)).to.equal('TASK.INTERRUPTED.SUCCESS');
  });

  it('does not outlive the step: a signal that comes later changes nothing', async () => {
    const abort = new AbortController();
    await using bench = await openBench({ plan: PLAN, steps: [fakeStep('issue-intake')] });
    expect(await bench.run(INTAKE, { signal: abort.signal })).to.deep.equal({ kind: 'done' });
    abort.abort('shutdown');
    expect(await bench.types()).to.not.include('TASK.INTERRUPTED.SUCCESS');
  });
});

describe('a lost lock', () => {
  it('makes the attempt abandon its task without a word', async () => {
    const abort = new AbortController();
    await using bench = await openBench({ steps: [fakeStep('issue-intake', untilAborted)] });
    const running = bench.run(INTAKE, { signal: abort.signal });
    abort.abort('lock-lost');
    expect(await running).to.deep.equal({ kind: 'abandon' });
    expect(await bench.types()).to.not.include('TASK.INTERRUPTED.SUCCESS');
  });

  it('stops a step whose signal was up before it began', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake', untilAborted)] });
    expect(await bench.run(INTAKE, { signal: AbortSignal.abort('lock-lost') })).to.deep.equal({
      kind: 'abandon',
    });
  });
});
