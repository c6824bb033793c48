import { expect } from 'chai';
import { createBell } from './bell.ts';

describe('bell', () => {
  it('wakes who listens, and nobody who stopped listening', () => {
    const bell = createBell();
    const heard: string[] = [];
    const stop = bell.listen(() => void heard.push('one'));
    bell.listen(() => void heard.push('other'));
    bell.ring();
    stop();
    stop();
    bell.ring();
    expect(heard).to.deep.equal(['one', 'other', 'other']);
  });

  it('keeps two listeners apart that are the same function', () => {
    const bell = createBell();
    let rings = 0;
    const onRing = () => {
      rings += 1;
    };
    const stop = bell.listen(onRing);
    bell.listen(onRing);
    stop();
    bell.ring();
    expect(rings).to.equal(1);
  });
});
