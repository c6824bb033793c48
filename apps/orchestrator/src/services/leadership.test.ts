import { openStore } from '@tamma/store/postgres';
import { borrowTestDatabase } from '@tamma/store/testing';
import { eventually, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { startProxy } from '../testing/proxy.ts';
import {
  createLeadership,
  type LeaderDuties,
  type Leadership,
  type LeadershipOptions,
} from './leadership.ts';

/** A full machine may hold a holder up for a second, and it must not lose its lease by that. */
const LEASE_MS = 3000;
const RENEW_MS = 100;
/** One that nobody who waits for its end could live to see. */
const ENDLESS_MS = 600_000;

interface Recorded extends LeaderDuties {
  /** `start 1`, `stop`, … as they came. */
  readonly calls: string[];
}

function recordCalls(): Recorded {
  const calls: string[] = [];
  return {
    calls,
    start: async (term) => void calls.push(`start ${term}`),
    stop: async () => void calls.push('stop'),
  };
}

/** A database with as many holders as a test wants; all are stopped at the end. */
async function openElection() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await borrowTestDatabase());
  const proxy = stack.use(await startProxy(database.url));
  const store = stack.adopt(await openStore({ url: database.url, poolMax: 2 }), (one) => one.close());
  const far = stack.adopt(await openStore({ url: proxy.url, poolMax: 2 }), (one) => one.close());
  const owned = stack.move();
  const errors: string[] = [];
  const stand = (overrides: Partial<LeadershipOptions> = {}): Leadership => {
    const holder = uniqueName('holder');
    const onError = (error: Error) => void errors.push(error.message);
    const { lease } = store;
    const timing = { leaseMs: LEASE_MS, renewMs: RENEW_MS };
    const leadership = createLeadership({
      lease,
      holder,
      duties: recordCalls(),
      onError,
      ...timing,
      ...overrides,
    });
    owned.defer(() => leadership.stop());
    return leadership;
  };
  return { store, far, proxy, errors, stand, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function termOf(leadership: Leadership): Promise<number> {
  return eventually('it leads', () => leadership.term());
}

describe('leadership', () => {
  it('falls to exactly one of two, and stays there while it is renewed', async () => {
    await using election = await openElection();
    const duties = [recordCalls(), recordCalls()];
    const holders = duties.map((one) => election.stand({ duties: one }));
    await Promise.all(holders.map((one) => one.start()));
    await eventually('one leads', () => holders.some((one) => one.term() !== null));
    const beganAt = performance.now();
    await eventually('a lease would be over', () => performance.now() - beganAt > LEASE_MS + RENEW_MS);
    expect(holders.filter((one) => one.term() === 1)).to.have.length(1);
    expect(duties.flatMap((one) => one.calls)).to.deep.equal(['start 1']);
    expect(election.errors).to.deep.equal([]);
  });

  it('passes to the other at once when the leader stops', async () => {
    await using election = await openElection();
    const duties = recordCalls();
    const first = election.stand({ duties, leaseMs: ENDLESS_MS });
    await first.start();
    await termOf(first);
    const second = election.stand();
    await second.start();
    await first.stop();
    expect(duties.calls).to.deep.equal(['start 1', 'stop']);
    expect(await termOf(second), 'it need not wait for the lease').to.equal(2);
    expect(first.term()).to.equal(null);
  });

  it('passes to the other when the lease of a killed leader has run out', async () => {
    await using election = await openElection();
    const killedAt = performance.now();
    await election.store.lease.acquire('killed', LEASE_MS);
    const next = election.stand();
    await next.start();
    expect(await termOf(next)).to.equal(2);
    const waitedMs = performance.now() - killedAt;
    expect(waitedMs).to.be.above(LEASE_MS - 50);
    expect(waitedMs, 'not for another lease').to.be.below(2 * LEASE_MS);
  });

  it('is given up when a duty says that its term is over', async () => {
    await using election = await openElection();
    const duties = recordCalls();
    const leader = election.stand({ duties });
    await leader.start();
    await termOf(leader);
    leader.stepDown(1);
    await eventually('its duties end', () => duties.calls.includes('stop'));
    expect(await termOf(leader), 'it stands again').to.be.above(1);
    expect(duties.calls.slice(0, 3)).to.deep.equal(['start 1', 'stop', 'start 2']);
  });

  it('is not given up for an old term that a late duty comes with', async () => {
    await using election = await openElection();
    const duties = recordCalls();
    const leader = election.stand({ duties });
    leader.stepDown(1);
    await leader.start();
    const term = await termOf(leader);
    leader.stepDown(term - 1);
    const beganAt = performance.now();
    await eventually('some renewals pass', () => performance.now() - beganAt > 3 * RENEW_MS);
    expect(duties.calls).to.deep.equal(['start 1']);
  });

  it('is given up when a renewal finds that somebody else took the lease', async () => {
    await using election = await openElection();
    const { lease } = election.store;
    const renew: typeof lease.renew = async (...request) => {
      await lease.release('frozen', 1);
      await lease.acquire('usurper', 60_000);
      return lease.renew(...request);
    };
    const duties = recordCalls();
    const leader = election.stand({ holder: 'frozen', duties, lease: { ...lease, renew } });
    await leader.start();
    await eventually('its duties end', () => duties.calls.includes('stop'));
    expect(duties.calls).to.deep.equal(['start 1', 'stop']);
    expect(leader.term()).to.equal(null);
  });

  it('is handed back at once when its duties cannot begin', async () => {
    await using election = await openElection();
    const calls: string[] = [];
    const broken = election.stand({
      renewMs: 400,
      duties: {
        start: async () => {
          throw new Error('the event log does not answer');
        },
        stop: async () => void calls.push('stop'),
      },
    });
    await broken.start();
    await eventually('the failure is told', () => election.errors.includes('the event log does not answer'));
    expect(calls, 'what had begun is stopped').to.deep.equal(['stop']);
    expect(await election.store.lease.acquire('other', LEASE_MS), 'nobody waits for a lease').to.equal(2);
    expect(broken.term()).to.equal(null);
  });

  it('ends before the lease could run out while the database is away, and comes back with it', async () => {
    await using election = await openElection();
    const stoppedAt: number[] = [];
    const duties = { ...recordCalls(), stop: async () => void stoppedAt.push(performance.now()) };
    const leader = election.stand({ duties, lease: election.far.lease });
    await leader.start();
    await termOf(leader);
    election.proxy.set('cut');
    const cutAt = performance.now();
    await eventually('its duties end', () => stoppedAt.length > 0);
    expect((stoppedAt[0] ?? 0) - cutAt).to.be.below(LEASE_MS);
    expect(leader.term()).to.equal(null);
    election.proxy.set('open');
    expect(await termOf(leader)).to.equal(2);
  });

  it('ends in time also while the database hangs without a word', async () => {
    await using election = await openElection();
    const stoppedAt: number[] = [];
    const duties = { ...recordCalls(), stop: async () => void stoppedAt.push(performance.now()) };
    const leader = election.stand({ duties, lease: election.far.lease });
    await leader.start();
    await termOf(leader);
    election.proxy.set('mute');
    const mutedAt = performance.now();
    await eventually('its duties end', () => stoppedAt.length > 0);
    expect((stoppedAt[0] ?? 0) - mutedAt).to.be.below(LEASE_MS);
    await leader.stop();
    expect(performance.now() - mutedAt, 'a stop does not hang with it').to.be.below(2 * LEASE_MS);
    expect(election.errors).to.include('the database does not answer the question who leads');
    election.proxy.set('cut');
  });

  it('ends in time also while its duties take too long to begin', async () => {
    await using election = await openElection();
    const begun = Promise.withResolvers<void>();
    const calls: string[] = [];
    const leader = election.stand({
      duties: {
        start: () => begun.promise,
        stop: async () => {
          calls.push('stop');
          begun.reject(new Error('stopped before it began'));
        },
      },
    });
    await leader.start();
    expect(await termOf(leader)).to.equal(1);
    await eventually('the duties are stopped', () => calls.includes('stop'));
    await eventually('the failure is told', () => election.errors.includes('stopped before it began'));
  });

  it('may be stopped twice, and before it was started', async () => {
    await using election = await openElection();
    const leader = election.stand();
    await leader.stop();
    await leader.start();
    await termOf(leader);
    await Promise.all([leader.stop(), leader.stop()]);
    expect(leader.term()).to.equal(null);
    await leader.start();
    expect(await termOf(leader), 'it stands again').to.equal(2);
  });

  it('is given up at a stop although the database is away', async () => {
    await using election = await openElection();
    const duties = recordCalls();
    const leader = election.stand({ duties, lease: election.far.lease });
    await leader.start();
    await termOf(leader);
    election.proxy.set('cut');
    await leader.stop();
    expect(duties.calls.at(-1)).to.equal('stop');
    expect(election.errors.join()).to.contain('does not answer');
  });

  it('proves to a duty that its term holds, and to a late one that it is over', async () => {
    await using election = await openElection();
    const leader = election.stand({ holder: 'frozen', renewMs: 60_000, leaseMs: 120_000, askMs: 50 });
    await leader.start();
    const term = await termOf(leader);
    await leader.require(term);
    const codeOf = async (claimed: number) =>
      leader.require(claimed).then(
        () => 'holds',
        (error: { code?: string }) => error.code,
      );
    expect(await codeOf(term - 1)).to.equal('TERM_LOST');
    const { lease } = election.store;
    await lease.release('frozen', term);
    await lease.acquire('usurper', 60_000);
    expect(leader.term(), 'it has not noticed').to.equal(term);
    expect(await codeOf(term)).to.equal('TERM_LOST');
  });
});
