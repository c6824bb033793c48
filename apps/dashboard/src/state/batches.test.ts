import { expect } from 'chai';
import { createFakeTimers } from '../testing/fake-timers.ts';
import { createBatches } from './batches.ts';

describe('batches', () => {
  it('hand on together what came together, in order', async () => {
    const timers = createFakeTimers();
    const taken: (readonly number[])[] = [];
    const batches = createBatches<number>((items) => taken.push(items), timers);
    for (const item of [1, 2, 3]) batches.add(item);
    expect(taken).to.deep.equal([]);
    await timers.pass(100);
    batches.add(4);
    await timers.pass(100);
    expect(taken).to.deep.equal([[1, 2, 3], [4]]);
  });

  it('do not wait when there is much, nor when there is no time', async () => {
    const timers = createFakeTimers();
    const sizes: number[] = [];
    const batches = createBatches<number>((items) => sizes.push(items.length), timers);
    for (let item = 0; item < 1500; item += 1) batches.add(item);
    expect(sizes).to.deep.equal([1000]);
    batches.flush();
    batches.flush();
    await timers.pass(1000);
    expect(sizes).to.deep.equal([1000, 500]);
  });
});
