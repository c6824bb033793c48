import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { createGuesses } from './guesses.ts';

describe('wrong tokens', () => {
  it('are too many after ten from one address, for a minute', () => {
    const clock = testClock();
    const guesses = createGuesses(clock.now);
    for (let count = 0; count < 10; count += 1) {
      expect(guesses.isTooMany('10.0.0.1')).to.equal(false);
      guesses.count('10.0.0.1');
    }
    expect(guesses.isTooMany('10.0.0.1')).to.equal(true);
    expect(guesses.isTooMany('10.0.0.2')).to.equal(false);
    clock.advance(60_001);
    expect(guesses.isTooMany('10.0.0.1')).to.equal(false);
  });

  it('are not counted on this machine', () => {
    const guesses = createGuesses(testClock().now);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      for (let count = 0; count < 20; count += 1) guesses.count(address);
      expect(guesses.isTooMany(address)).to.equal(false);
    }
  });

  it('fill no memory, wherever they come from', () => {
    const guesses = createGuesses(testClock().now);
    for (let count = 0; count < 10; count += 1) guesses.count('10.0.0.1');
    for (let index = 0; index < 2000; index += 1) guesses.count(`10.1.${index >> 8}.${index & 255}`);
    expect(guesses.isTooMany('10.0.0.1'), 'the oldest was forgotten').to.equal(false);
  });
});
