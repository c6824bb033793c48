import { expect } from 'chai';
import { createTurns } from './turns.ts';

describe('turns', () => {
  it('are taken one at a time, in the order in which they were asked for', async () => {
    const takeTurn = createTurns();
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const work = (name: string, until: Promise<void>) => async () => {
      seen.push(`${name} begins`);
      await until;
      seen.push(`${name} ends`);
      return name;
    };
    const turns = [
      takeTurn(work('one', first.promise)),
      takeTurn(work('two', Promise.resolve())),
      takeTurn(work('three', Promise.resolve())),
    ];
    await Promise.resolve();
    first.resolve();
    expect(await Promise.all(turns)).to.deep.equal(['one', 'two', 'three']);
    expect(seen).to.deep.equal([
      'one begins',
      'one ends',
      'two begins',
      'two ends',
      'three begins',
      'three ends',
    ]);
  });

  it('go on after one that failed, and its failure reaches the one who asked', async () => {
    const takeTurn = createTurns();
    const failing = takeTurn(async () => {
      throw new Error('no');
    });
    const next = takeTurn(async () => 'yes');
    expect(await failing.catch((thrown: unknown) => String(thrown))).to.equal('Error: no');
    expect(await next).to.equal('yes');
  });
});
