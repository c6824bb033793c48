import { expect } from 'chai';
import { openDesk, recordAll } from '../testing/desk.ts';
import { repairsOf, wipeRedis } from '../testing/keeper.ts';
import { pauseQueues, resumeQueues } from '../use-cases/queue-control.ts';
import { createPauseKeeper } from './pause-keeper.ts';

describe('pauses of queues, after Redis was lost', () => {
  it('are as people left them, and nobody but a person lifts one', async () => {
    await using desk = await openDesk();
    const deps = { ...desk, now: Date.now };
    await pauseQueues(deps, { queue: 'all', reason: 'a release', by: 'ann' });
    await resumeQueues(deps, { queue: 'all', reason: 'it is out', by: 'ann' });
    await pauseQueues(deps, { queue: 'ai', reason: 'the bill', by: 'bob' });
    await recordAll(desk);
    const keeper = createPauseKeeper({ ...deps, reader: desk.store.reader });
    await wipeRedis(desk);
    await keeper.runOnce();
    expect([...(await desk.queue.paused())], 'it is not due').to.deep.equal([]);
    keeper.forget();
    await keeper.runOnce();
    keeper.forget();
    await keeper.runOnce();
    expect([...(await desk.queue.paused())]).to.deep.equal(['ai']);
    const [pause, ...others] = await desk.pauses.list();
    expect(others).to.deep.equal([]);
    expect(pause).to.include({ queue: 'ai', by: 'bob', why: 'the bill' });
    await recordAll(desk);
    expect((await repairsOf(desk)).map(({ data }) => data)).to.deep.equal([
      { difference: 'queue ai was paused by bob, and Redis did not know it', repair: 'it was paused again' },
    ]);
  });
});
