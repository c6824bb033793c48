import { decideRetry, TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { createRetryHandler, type RetryAttempt, type RetryHandlerOptions } from './retry.ts';
import { createRetryCounts } from './retry-attempts.ts';

const TASK = 'demo-1.r1.pull-request';

function refused(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
}

function openHandler(overrides: Partial<RetryHandlerOptions> = {}) {
  const attempts: RetryAttempt[] = [];
  const slept: number[] = [];
  const handler = createRetryHandler({
    random: () => 0.5,
    sleep: async (ms) => slept.push(ms),
    onAttempt: (attempt) => attempts.push(attempt),
    ...overrides,
  });
  return { handler, attempts, slept };
}

/** Throws these, one per run, then answers `done`. */
function failing(...errors: unknown[]) {
  const left = [...errors];
  return async () => {
    if (left.length > 0) throw left.shift();
    return 'done';
  };
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('expected it to throw');
}

describe('retry handler', () => {
  it('waits 1, 2 and 4 s for the network, then throws the original error, marked as retried already', async () => {
    const { handler, attempts, slept } = openHandler();
    const errors = [refused(), refused(), refused(), refused()];
    const thrown = await thrownBy(handler.executeWithRetry(failing(...errors), TASK));
    expect(slept).to.deep.equal([1000, 2000, 4000]);
    expect(attempts.map(({ taskId, retry, delayMs }) => [taskId, retry, delayMs])).to.deep.equal([
      [TASK, 1, 1000],
      [TASK, 2, 2000],
      [TASK, 3, 4000],
    ]);
    expect(attempts[0]?.error).to.deep.equal({
      code: 'ECONNREFUSED',
      class: 'network',
      message: 'connect ECONNREFUSED 127.0.0.1:1',
    });
    expect(thrown).to.be.instanceOf(TammaError);
    expect(thrown).to.deep.include({
      code: 'ECONNREFUSED',
      class: 'network',
      message: 'connect ECONNREFUSED 127.0.0.1:1',
      exhausted: true,
    });
    expect(thrown).to.have.property('cause', errors[3]);
    expect(handler.getAttempts(TASK)).to.equal(4);
    expect(handler.getStats()).to.deep.equal({ operations: 1, successes: 0, failures: 1, retries: 3 });
  });

  it('keeps remedy and Retry-After of the error it throws in the end', async () => {
    const { handler } = openHandler();
    const away = () =>
      new TammaError('AWAY', 'it is away', { class: 'network', remedy: 'start it', retryAfterMs: 5 });
    const thrown = await thrownBy(handler.executeWithRetry(failing(away(), away(), away(), away()), TASK));
    expect(thrown).to.deep.include({ code: 'AWAY', remedy: 'start it', retryAfterMs: 5, exhausted: true });
  });

  it('gives the result of the first run that succeeds', async () => {
    const { handler, slept } = openHandler();
    expect(await handler.executeWithRetry(failing(refused(), refused()), TASK)).to.equal('done');
    expect(slept).to.deep.equal([1000, 2000]);
    expect(handler.getStats()).to.deep.equal({ operations: 1, successes: 1, failures: 0, retries: 2 });
  });

  it('throws every other class as it is, at once and without a mark', async () => {
    for (const errorClass of ['authentication', 'rate-limit', 'validation', 'system', 'unknown'] as const) {
      const { handler, slept } = openHandler();
      const error = new TammaError('NO', 'no', { class: errorClass });
      expect(await thrownBy(handler.executeWithRetry(failing(error), TASK))).to.equal(error);
      expect([slept, handler.getAttempts(TASK)]).to.deep.equal([[], 1]);
    }
  });

  it('does not try again what was not called, or was retried already', async () => {
    for (const mark of [{ heldUntilMs: 1 }, { exhausted: true }] as const) {
      const { handler, slept } = openHandler();
      const error = new TammaError('HELD', 'held', { class: 'network', ...mark });
      expect(await thrownBy(handler.executeWithRetry(failing(error), TASK))).to.equal(error);
      expect(slept).to.deep.equal([]);
    }
  });

  it('stops when the class changes on the way', async () => {
    const { handler, slept } = openHandler();
    const denied = new TammaError('DENIED', 'denied', { class: 'authentication' });
    expect(await thrownBy(handler.executeWithRetry(failing(refused(), denied), TASK))).to.equal(denied);
    expect(slept).to.deep.equal([1000]);
  });

  it('retries other classes by their own rule when it is told to', async () => {
    const { handler, slept } = openHandler({ classesRetried: ['rate-limit', 'unknown'] });
    const limited = () => new TammaError('SLOW', 'slow down', { class: 'rate-limit', retryAfterMs: 7000 });
    expect(await thrownBy(handler.executeWithRetry(failing(limited(), limited()), TASK))).to.include({
      exhausted: true,
    });
    expect(slept).to.deep.equal([7000]);
    expect(await handler.executeWithRetry(failing('a word'), TASK)).to.equal('done');
    expect(slept).to.deep.equal([7000, 1000]);
  });

  it('takes another strategy and limit', async () => {
    const rule = { strategy: 'linear', retriesMax: 4, firstDelayMs: 1000, capMs: 3500 } as const;
    const { handler, slept } = openHandler({ rule });
    const errors = Array.from({ length: 5 }, refused);
    expect(await thrownBy(handler.executeWithRetry(failing(...errors), TASK))).to.include({
      exhausted: true,
    });
    expect(slept).to.deep.equal([1000, 2000, 3000, 3500]);
    const never = openHandler({ rule: { ...rule, retriesMax: 0 } });
    await thrownBy(never.handler.executeWithRetry(failing(refused()), TASK));
    expect(never.slept).to.deep.equal([]);
  });

  it('throws the reason of its signal before, between and after runs', async () => {
    const reason = new Error('shutdown');
    const before = openHandler();
    expect(
      await thrownBy(before.handler.executeWithRetry(failing(), TASK, AbortSignal.abort(reason))),
    ).to.equal(reason);
    expect(before.handler.getAttempts(TASK)).to.equal(0);

    const between = new AbortController();
    // The clock of the machine: the abort has to end a wait that has begun.
    const asleep = createRetryHandler({
      random: () => 0,
      onAttempt: () => setImmediate(() => between.abort(reason)),
    });
    expect(await thrownBy(asleep.executeWithRetry(failing(refused()), TASK, between.signal))).to.equal(
      reason,
    );

    const during = new AbortController();
    const after = openHandler();
    const cutOff = async () => {
      during.abort(reason);
      throw refused();
    };
    expect(await thrownBy(after.handler.executeWithRetry(cutOff, TASK, during.signal))).to.equal(reason);
    expect(after.slept).to.deep.equal([]);
  });

  it('lets an error of the one that is told end the operation', async () => {
    const broken = new Error('the log is full');
    const { handler } = openHandler({
      onAttempt: () => {
        throw broken;
      },
    });
    expect(await thrownBy(handler.executeWithRetry(failing(refused()), TASK))).to.equal(broken);
  });

  it('runs once when asked for once', async () => {
    const { handler, slept } = openHandler();
    const error = refused();
    expect(await thrownBy(handler.executeOnce(failing(error), TASK))).to.equal(error);
    expect(await handler.executeOnce(failing(), TASK)).to.equal('done');
    expect([slept, handler.getAttempts(TASK)]).to.deep.equal([[], 2]);
    expect(handler.getStats()).to.deep.equal({ operations: 2, successes: 1, failures: 1, retries: 0 });
  });

  it('keeps operations that run at the same time apart', async () => {
    const { handler } = openHandler();
    const runs = Array.from({ length: 20 }, (_, i) =>
      handler.executeWithRetry(failing(...Array.from({ length: i % 4 }, refused)), `task-${i}`),
    );
    expect(new Set(await Promise.all(runs))).to.deep.equal(new Set(['done']));
    expect(handler.getAttempts('task-3')).to.equal(4);
    expect(handler.getAttempts('task-4')).to.equal(1);
    expect(handler.getStats()).to.deep.equal({ operations: 20, successes: 20, failures: 0, retries: 30 });
  });

  it('agrees with the policy of the task about who retries what was retried', async () => {
    const { handler } = openHandler();
    const thrown = await thrownBy(
      handler.executeWithRetry(failing(refused(), refused(), refused(), refused()), TASK),
    );
    if (!(thrown instanceof TammaError)) throw new Error('expected an error of ours');
    const decision = decideRetry({
      class: thrown.class,
      failures: 1,
      exhausted: thrown.exhausted,
      random: 0,
    });
    expect(decision).to.deep.equal({ retry: false });
  });

  it('remembers a limited number of tasks, the ones that ran last', () => {
    const counts = createRetryCounts(2);
    for (const taskId of ['a', 'b', 'a', 'c']) counts.countAttempt(taskId);
    expect(['a', 'b', 'c'].map(counts.attemptsOf)).to.deep.equal([2, 0, 1]);
  });
});
