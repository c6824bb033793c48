import { TammaError } from '@tamma/domain';
import { openStore } from '@tamma/store/postgres';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { startCrew } from '../testing/crew.ts';
import { intakeOf, issueNumber, openDesk, recordAll, rejectionOf } from '../testing/desk.ts';
import { openKeeper, reconcilerOf, repairsOf, wipeHash, wipeQueues } from '../testing/keeper.ts';
import { startFlow } from '../testing/people.ts';
import { startProxy } from '../testing/proxy.ts';

async function allRecorded(keeper: { lag(): Promise<number> }): Promise<void> {
  await eventually('all is on record', async () => (await keeper.lag()) === 0);
}

describe('reconciler, when something goes away under it', () => {
  it('repairs nothing for a term that is over, and the next leader does', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await recordAll(desk);
    await wipeQueues(desk);
    const requireLead = async () => {
      throw new TammaError('TERM_LOST', 'somebody else leads now', { class: 'conflict' });
    };
    {
      await using former = await openKeeper(desk, { requireLead });
      expect(await rejectionOf(former.reconcile())).to.include({ code: 'TERM_LOST' });
      expect(former.repairs).to.deep.equal([]);
    }
    await using next = await openKeeper(desk);
    await next.reconcile();
    expect(next.repairs).to.deep.equal(['lost']);
  });

  it('repairs once when two leaders think that they lead', async () => {
    await using desk = await openDesk();
    await using keeper = await openKeeper(desk);
    for (const number of [1, 2, 3]) await startFlow(desk, number);
    await allRecorded(keeper);
    await wipeQueues(desk);
    await wipeHash(desk, 'demo-3.r1');
    await Promise.all([keeper.reconcile(), reconcilerOf(desk).reconcile()]);
    await allRecorded(keeper);
    expect(await repairsOf(desk)).to.have.length(3);
    await using _ = await startCrew(desk);
    await eventually('all end', async () => (await desk.store.reader.countWorkflows()).completed === 3);
  });

  it('goes on where it was cut off by a PostgreSQL that went away', async () => {
    await using desk = await openDesk();
    await using proxy = await startProxy(desk.databaseUrl);
    const far = await openStore({ url: proxy.url, poolMax: 4 });
    for (const number of [1, 2, 3]) await startFlow(desk, number);
    await recordAll(desk);
    await wipeQueues(desk);
    let repaired = 0;
    await using keeper = await openKeeper(desk, {
      claims: far.claims,
      reader: far.reader,
      onRepaired: () => {
        repaired += 1;
        if (repaired === 1) proxy.set('cut');
      },
    });
    expect(await rejectionOf(keeper.reconcile())).to.be.instanceOf(Error);
    expect(repaired).to.equal(1);
    proxy.set('open');
    await eventually('it is there again', async () => (await far.ping().catch(() => false)) !== false);
    await keeper.reconcile();
    expect(repaired).to.equal(3);
    await far.close();
  });

  it('ends its pass soon when a server is away, instead of complaining about every workflow', async () => {
    await using desk = await openDesk();
    const count = 20;
    for (let number = 1; number <= count; number += 1) desk.platform.addIssue(issueNumber(number));
    await intakeOf(desk, { maxConcurrent: count }).runOnce();
    await recordAll(desk);
    await wipeQueues(desk);
    const restoreFlow = async () => {
      throw new Error('Connection is closed.');
    };
    await using keeper = await openKeeper(desk, { queue: { ...desk.queue, restoreFlow } });
    expect(await rejectionOf(keeper.reconcile())).to.have.property('message', 'Connection is closed.');
    expect(desk.problems).to.have.length(4);
  });

  it('stops between two repairs when it is told to', async () => {
    await using desk = await openDesk();
    for (const number of [1, 2, 3]) await startFlow(desk, number);
    await recordAll(desk);
    await wipeQueues(desk);
    const stopper = new AbortController();
    const repairs: string[] = [];
    const onRepaired = (kind: string) => {
      repairs.push(kind);
      stopper.abort();
    };
    await using keeper = await openKeeper(desk, { onRepaired });
    await keeper.reconcile(stopper.signal);
    expect(repairs).to.have.length(1);
  });
});
