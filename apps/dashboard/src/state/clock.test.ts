import { expect } from 'chai';
import { createFakeTimers } from '../testing/fake-timers.ts';
import { createClock } from './clock.ts';

describe('the clock', () => {
  it('tells everybody once a second, as long as somebody listens', async () => {
    const timers = createFakeTimers(5000);
    const clock = createClock(timers);
    const seen: number[] = [];
    const ends = [1, 2].map(() => clock.subscribe(() => seen.push(clock.get())));
    await timers.pass(2500);
    expect(seen).to.deep.equal([6000, 6000, 7000, 7000]);
    for (const end of ends) end();
    await timers.pass(10_000);
    expect(seen).to.have.length(4);
    clock.subscribe(() => {});
    expect(clock.get()).to.equal(17_500);
  });
});
