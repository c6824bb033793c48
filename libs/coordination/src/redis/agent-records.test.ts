import { redisKeysOf } from '@tamma/contracts';
import { NO_RECORD } from '@tamma/domain';
import { testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { MeasuredAgent } from '../index.ts';
import { createAgentRecords } from './index.ts';

const RUN = { runs: 1, done: 1, repairs: 0, turns: 7, durationMs: 1234.4, costMicroUsd: 5000 };
const CLAUDE: MeasuredAgent = {
  project: 'demo "quoted", with commas',
  step: 'code-generation',
  agent: 'claude',
  provider: 'openai:host 1:8080',
  model: 'model-1',
  record: RUN,
};

function openSite() {
  const redis = new Redis(testServers().redisUrl);
  redis.on('error', () => {});
  const keys = redisKeysOf(uniqueName('agents'));
  const errors: string[] = [];
  const records = createAgentRecords({ redis, keys, onError: (error) => errors.push(error.message) });
  return { redis, keys, errors, records, [Symbol.dispose]: () => redis.disconnect() };
}

describe('records of agents', () => {
  it('add up, also of many at once, by project, step, agent and model', async () => {
    using site = openSite();
    await site.redis.ping();
    expect(await site.records.list()).to.deep.equal([]);
    await Promise.all(Array.from({ length: 20 }, () => site.records.add(CLAUDE)));
    await site.records.add({ ...CLAUDE, record: { ...NO_RECORD, repairs: 2 } });
    await site.records.add({ ...CLAUDE, model: 'model-2' });
    const sum = {
      runs: 20,
      done: 20,
      repairs: 2,
      turns: 140,
      durationMs: 20 * 1234,
      costMicroUsd: 100_000,
    };
    const models = new Map([
      ['claude', 'model-1'],
      ['nobody', 'model-1'],
    ]);
    expect([...(await site.records.read(CLAUDE, models))]).to.deep.equal([['claude', sum]]);
    const changed = await site.records.read(CLAUDE, new Map([['claude', 'model-2']]));
    expect(changed.get('claude')?.runs).to.equal(1);
    expect((await site.records.read({ ...CLAUDE, step: 'code-review' }, models)).size).to.equal(0);
    const all = await site.records.list();
    expect(all).to.have.lengthOf(2);
    expect(all.find((one) => one.model === 'model-1')).to.deep.equal({ ...CLAUDE, record: sum });
  });

  it('pass over what another version wrote', async () => {
    using site = openSite();
    await site.redis.ping();
    const field = JSON.stringify([CLAUDE.project, CLAUDE.step, CLAUDE.agent, CLAUDE.model]);
    await site.redis.hset(site.keys.agents, { [field]: '{"runs":1}', rubbish: '1,2,3,4,5,6 x', '[1]': '' });
    expect(await site.records.list()).to.deep.equal([]);
    expect((await site.records.read(CLAUDE, new Map([['claude', 'model-1']]))).size).to.equal(0);
    await site.records.add(CLAUDE);
    expect((await site.records.list()).map((one) => one.record.runs)).to.deep.equal([1]);
  });

  it('say so when there is no room, and keep counting those that are known', async () => {
    using site = openSite();
    await site.redis.ping();
    await site.records.add(CLAUDE);
    const fillers = Array.from({ length: 1999 }, (_, i) => [`filler-${i}`, '']).flat();
    await site.redis.hset(site.keys.agents, ...fillers);
    await site.records.add({ ...CLAUDE, agent: 'one too many' });
    expect(site.errors).to.have.lengthOf(1);
    expect(site.errors[0]).to.contain('no other agent is measured');
    await site.records.add(CLAUDE);
    expect((await site.records.list())[0]?.record.runs).to.equal(2);
  });

  it('know and keep nothing while Redis is away', async () => {
    using site = openSite();
    await site.redis.ping();
    site.redis.disconnect();
    await site.records.add(CLAUDE);
    expect(await site.records.list()).to.deep.equal([]);
    expect((await site.records.read(CLAUDE, new Map([['claude', 'model-1']]))).size).to.equal(0);
  });
});
