import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { createRestartLimit } from './restart-limit.ts';

describe('restart limit', () => {
  it('allows ten restarts within an hour and no eleventh, and begins anew afterwards', () => {
    const clock = testClock();
    const mayRestart = createRestartLimit(clock.now);
    expect(Array.from({ length: 11 }, () => mayRestart())).to.deep.equal([...Array(10).fill(true), false]);
    clock.advance(3_600_000);
    expect(mayRestart()).to.equal(true);
  });
});
