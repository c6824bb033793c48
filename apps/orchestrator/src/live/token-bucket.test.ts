import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { createTokenBucket } from './token-bucket.ts';

describe('token bucket', () => {
  it('gives what it holds at once, and then as much as it gains', () => {
    const clock = testClock();
    const bucket = createTokenBucket(3, 2, clock.now);
    const takeAll = () => Array.from({ length: 10 }, () => bucket.take()).filter(Boolean).length;
    expect(takeAll()).to.equal(3);
    clock.advance(499);
    expect(takeAll()).to.equal(0);
    clock.advance(501);
    expect(takeAll()).to.equal(2);
    clock.advance(60_000);
    expect(takeAll(), 'no more than it holds').to.equal(3);
    clock.advance(-60_000);
    expect(takeAll(), 'a clock that steps back').to.equal(0);
    clock.advance(1000);
    expect(takeAll()).to.equal(2);
  });
});
