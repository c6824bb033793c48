import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { createLoop, type Loop, restMsAfter } from './loop.ts';

/** A rest that lasts until the test ends it, or the loop does. */
function restByHand() {
  const rests: number[] = [];
  let end: () => void = () => {};
  const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    rests.push(ms);
    end = resolve;
    signal.addEventListener('abort', () => reject(signal.reason));
    return promise;
  };
  return { rests, sleep, endRest: () => end() };
}

function stopping(loop: Loop): Loop & AsyncDisposable {
  return { ...loop, [Symbol.asyncDispose]: () => loop.stop() };
}

const unexpected = (error: Error): void => expect.fail(`no pass should fail: ${error.message}`);

describe('loop', () => {
  it('runs at once, then again after every rest', async () => {
    const { rests, sleep, endRest } = restByHand();
    let passes = 0;
    await using loop = stopping(
      createLoop({
        name: 'intake',
        intervalMs: 60,
        runOnce: async () => ++passes,
        onError: unexpected,
        sleep,
      }),
    );
    await loop.start();
    await eventually('the first pass', () => passes === 1 && rests.length === 1);
    endRest();
    await eventually('the second pass', () => passes === 2 && rests.length === 2);
    expect(rests).to.deep.equal([60, 60]);
  });

  it('runs on its own clock as well', async () => {
    let passes = 0;
    await using loop = stopping(
      createLoop({ name: 'recorder', intervalMs: 1, runOnce: async () => ++passes, onError: unexpected }),
    );
    await loop.start();
    await eventually('ten passes', () => passes >= 10);
  });

  it('ends the rest when it is woken', async () => {
    const { sleep, rests } = restByHand();
    let passes = 0;
    await using loop = stopping(
      createLoop({
        name: 'intake',
        intervalMs: 60_000,
        runOnce: async () => ++passes,
        onError: unexpected,
        sleep,
      }),
    );
    await loop.start();
    await eventually('the first rest', () => rests.length === 1);
    loop.wake();
    await eventually('the second pass', () => passes === 2);
  });

  it('remembers one wish that came during a pass, and never overlaps', async () => {
    const { sleep, rests } = restByHand();
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let runningMost = 0;
    let passes = 0;
    const runOnce = async (): Promise<void> => {
      running += 1;
      runningMost = Math.max(runningMost, running);
      if (passes++ === 0) await gate.promise;
      running -= 1;
    };
    await using loop = stopping(
      createLoop({ name: 'intake', intervalMs: 60_000, runOnce, onError: unexpected, sleep }),
    );
    await loop.start();
    loop.wake();
    loop.wake();
    expect(passes).to.equal(1);
    gate.resolve();
    await eventually('a rest', () => rests.length === 1);
    expect(passes).to.equal(2);
    expect(runningMost).to.equal(1);
  });

  it('goes on after failures with growing rests, and rests as usual after a good pass', async () => {
    const { sleep, rests, endRest } = restByHand();
    const told: string[] = [];
    let passes = 0;
    const runOnce = async (): Promise<void> => {
      passes += 1;
      if (passes <= 3) throw new Error(`failure ${passes}`);
    };
    await using loop = stopping(
      createLoop({
        name: 'intake',
        intervalMs: 100,
        runOnce,
        onError: (error, failures) => told.push(`${failures}: ${error.message}`),
        sleep,
      }),
    );
    await loop.start();
    for (let rest = 1; rest < 4; rest += 1) {
      await eventually(`rest ${rest}`, () => rests.length === rest);
      endRest();
    }
    await eventually('the rest after the good pass', () => rests.length === 4);
    expect(rests).to.deep.equal([100, 200, 400, 100]);
    expect(told).to.deep.equal(['1: failure 1', '2: failure 2', '3: failure 3']);
  });

  it('does not let a wake cut the rest after a failure', async () => {
    const { sleep, rests, endRest } = restByHand();
    let passes = 0;
    const runOnce = async (): Promise<void> => {
      passes += 1;
      if (passes === 1) throw new Error('away');
    };
    await using loop = stopping(
      createLoop({ name: 'intake', intervalMs: 100, runOnce, onError: () => {}, sleep }),
    );
    await loop.start();
    await eventually('the rest after the failure', () => rests.length === 1);
    for (let press = 0; press < 100; press += 1) loop.wake();
    await new Promise(setImmediate);
    expect(passes).to.equal(1);
    endRest();
    await eventually('the second pass', () => passes === 2);
  });

  it('aborts the pass under way when it is stopped, waits for it, and reports no error for that', async () => {
    const told: Error[] = [];
    const steps: string[] = [];
    const runOnce = async (signal: AbortSignal): Promise<void> => {
      const { promise, reject } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => reject(signal.reason));
      await promise.finally(() => steps.push('pass ended'));
    };
    const loop = createLoop({
      name: 'intake',
      intervalMs: 10,
      runOnce,
      onError: (error) => told.push(error),
    });
    await loop.start();
    await loop.stop();
    steps.push('stopped');
    expect(steps).to.deep.equal(['pass ended', 'stopped']);
    expect(told).to.deep.equal([]);
  });

  it('reports a real failure even when it comes during the stop', async () => {
    const told: string[] = [];
    const runOnce = async (signal: AbortSignal): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve());
      await promise;
      throw new Error('half a batch is lost');
    };
    const loop = createLoop({
      name: 'recorder',
      intervalMs: 10,
      runOnce,
      onError: (error) => told.push(error.message),
    });
    await loop.start();
    await loop.stop();
    expect(told).to.deep.equal(['half a batch is lost']);
  });

  it('may be stopped before it starts, started twice, stopped twice and started again', async () => {
    const { sleep, rests } = restByHand();
    let passes = 0;
    const loop = createLoop({
      name: 'intake',
      intervalMs: 10,
      runOnce: async () => ++passes,
      onError: unexpected,
      sleep,
    });
    await loop.stop();
    await Promise.all([loop.start(), loop.start()]);
    await eventually('a rest', () => rests.length === 1);
    await Promise.all([loop.stop(), loop.stop()]);
    expect(passes).to.equal(1);
    await loop.start();
    await eventually('a pass of the second run', () => passes === 2);
    await loop.stop();
  });
});

describe('restMsAfter', () => {
  it('doubles with each failure up to ten intervals', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((failures) => restMsAfter(failures, 50))).to.deep.equal([
      50, 50, 100, 200, 400, 500, 500,
    ]);
  });

  it('rests at most 30 s, unless the interval itself is longer', () => {
    expect(restMsAfter(20, 10_000)).to.equal(30_000);
    expect(restMsAfter(20, 60_000)).to.equal(60_000);
    expect(restMsAfter(5_000, 1_000)).to.equal(10_000);
  });
});
