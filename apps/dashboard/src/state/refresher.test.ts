import { expect } from 'chai';
import { createFakeTimers } from '../testing/fake-timers.ts';
import { createRefresher } from './refresher.ts';

const PACE = { firstMs: 100, gapMs: 1000, settleMs: 2000 };

function bench(look: () => Promise<void> = async () => {}) {
  const timers = createFakeTimers();
  const looks: number[] = [];
  const refresher = createRefresher(
    async () => {
      looks.push(timers.now());
      await look();
    },
    PACE,
    timers,
  );
  return { timers, looks, refresher };
}

describe('refresher', () => {
  it('looks soon after the first reason, and once more when it is quiet', async () => {
    const { timers, looks, refresher } = bench();
    refresher.nudge();
    refresher.nudge();
    await timers.pass(60_000);
    expect(looks).to.deep.equal([100, 2100]);
  });

  it('looks seldom however often it is nudged', async () => {
    const { timers, looks, refresher } = bench();
    for (let passed = 0; passed < 5000; passed += 50) {
      refresher.nudge();
      await timers.pass(50);
    }
    await timers.pass(10_000);
    expect(looks).to.deep.equal([100, 1100, 2100, 3100, 4100, 5100, 7100]);
  });

  it('does not look twice at a time, and looks again for what came meanwhile', async () => {
    let finish = () => {};
    const { timers, looks, refresher } = bench(() => new Promise((resolve) => (finish = resolve)));
    refresher.nudge();
    await timers.pass(5000);
    refresher.nudge();
    await timers.pass(5000);
    expect(looks).to.deep.equal([100]);
    finish();
    await timers.pass(999);
    expect(looks).to.deep.equal([100]);
    await timers.pass(1001);
    expect(looks).to.deep.equal([100, 11_000]);
  });

  it('does nothing once stopped', async () => {
    const { timers, looks, refresher } = bench();
    refresher.nudge();
    refresher.stop();
    refresher.nudge();
    await timers.pass(10_000);
    expect(looks).to.deep.equal([]);
  });
});
