import { expect } from 'chai';
import { createSlots } from './slots.ts';

describe('slots', () => {
  it('run so much at once, the others in the order in which they came', async () => {
    const useSlot = createSlots(2);
    const works = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
    const begun: number[] = [];
    const ends = works.map((work, index) =>
      useSlot(async () => {
        begun.push(index);
        await work.promise;
        return index;
      }),
    );
    expect(begun).to.deep.equal([0, 1]);
    works[1]?.resolve();
    expect(await ends[1]).to.equal(1);
    await Promise.resolve();
    expect(begun).to.deep.equal([0, 1, 2]);
    works[0]?.reject(new Error('no'));
    expect(await ends[0]?.catch((thrown: Error) => thrown.message)).to.equal('no');
    for (const work of works) work.resolve();
    expect(await Promise.all(ends.slice(1))).to.deep.equal([1, 2, 3, 4]);
    expect(begun).to.deep.equal([0, 1, 2, 3, 4]);
    expect(await useSlot(async () => 'free again')).to.equal('free again');
  });
});
