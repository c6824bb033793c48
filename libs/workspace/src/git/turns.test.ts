import { expect } from 'chai';
import { createTurns } from './turns.ts';

describe('turns on a checkout', () => {
  it('let any number work at once, and leave a chore undone meanwhile', async () => {
    const turns = createTurns();
    const met = Promise.withResolvers<void>();
    const first = turns.work(() => met.promise);
    const did: string[] = [];
    await turns.chore(async () => void did.push('chore'));
    await turns.work(async () => void did.push('second'));
    met.resolve();
    await first;
    expect(did).to.deep.equal(['second']);
    await turns.chore(async () => void did.push('chore'));
    expect(did).to.deep.equal(['second', 'chore']);
  });

  it('let those who come during a chore wait for it, and work after it failed', async () => {
    const turns = createTurns();
    const failing = Promise.withResolvers<void>();
    const did: string[] = [];
    const chore = turns.chore(() => failing.promise).catch((error: Error) => void did.push(error.message));
    const work = turns.work(async () => void did.push('work'));
    await turns.chore(async () => void did.push('another chore'));
    expect(did).to.deep.equal([]);
    failing.reject(new Error('failed'));
    await Promise.all([chore, work]);
    expect(did).to.have.members(['failed', 'work']);
  });

  it('are free again after work that failed', async () => {
    const turns = createTurns();
    const refused = await turns.work(() => Promise.reject(new Error('no'))).catch((error: Error) => error);
    expect(refused).to.be.an('error');
    let done = false;
    await turns.chore(async () => {
      done = true;
    });
    expect(done).to.equal(true);
  });
});
