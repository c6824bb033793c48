import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { openStore } from '../postgres/index.ts';
import { openTestStore } from '../testing/fixtures.ts';

const LONG_MS = 60_000;
const TINY_MS = 5;

describe("leader's lease", () => {
  it('goes to the first who asks, and to nobody else while it lasts', async () => {
    await using test = await openTestStore();
    const { lease } = test.store;
    expect(await lease.acquire('ann', LONG_MS)).to.equal(1);
    expect(await lease.acquire('bob', LONG_MS)).to.equal(null);
    expect(await lease.renew('ann', 1, LONG_MS)).to.equal(true);
  });

  it('has exactly one winner when many ask at once', async () => {
    await using test = await openTestStore();
    const { lease } = test.store;
    const askAtOnce = async () => {
      const names = Array.from({ length: 10 }, (_, index) => `holder-${index}`);
      return (await Promise.all(names.map((name) => lease.acquire(name, LONG_MS)))).filter(
        (term) => term !== null,
      );
    };
    const rivals = await openStore({ url: test.url, poolMax: 1 });
    expect(await askAtOnce()).to.deep.equal([1]);
    await test.client.query('update tamma.leader_lease set expires_at = clock_timestamp()');
    const [ours, theirs] = await Promise.all([askAtOnce(), rivals.lease.acquire('rival', LONG_MS)]);
    expect([...ours, theirs].filter((term) => term !== null)).to.deep.equal([2]);
    await rivals.close();
  });

  it('raises the term when an expired one is taken, and refuses the former holder', async () => {
    await using test = await openTestStore();
    const { lease } = test.store;
    expect(await lease.acquire('ann', TINY_MS)).to.equal(1);
    const term = await eventually('the lease ran out', () => lease.acquire('bob', LONG_MS));
    expect(term).to.equal(2);
    expect(await lease.renew('ann', 1, LONG_MS)).to.equal(false);
    await lease.release('ann', 1);
    expect(await lease.renew('bob', 2, LONG_MS)).to.equal(true);
    expect(await lease.acquire('ann', LONG_MS)).to.equal(null);
  });

  it('is not renewed once it ran out, even if nobody took it', async () => {
    await using test = await openTestStore();
    const { lease } = test.store;
    await lease.acquire('ann', LONG_MS);
    await test.client.query('update tamma.leader_lease set expires_at = clock_timestamp()');
    expect(await lease.renew('ann', 1, LONG_MS)).to.equal(false);
  });

  it('is free at once after a release, with a new term', async () => {
    await using test = await openTestStore();
    const { lease } = test.store;
    await lease.acquire('ann', LONG_MS);
    await lease.release('ann', 1);
    expect(await lease.renew('ann', 1, LONG_MS)).to.equal(false);
    expect(await lease.acquire('bob', LONG_MS)).to.equal(2);
  });

  it('gives its holder, who asks again, a new term', async () => {
    await using test = await openTestStore();
    const { lease } = test.store;
    await lease.acquire('ann', LONG_MS);
    expect(await lease.acquire('ann', LONG_MS)).to.equal(2);
    expect(await lease.renew('ann', 1, LONG_MS)).to.equal(false);
  });
});
