import { redisKeysOf } from '@tamma/contracts';
import { testClock, testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { WorkerReport } from '../index.ts';
import { createWorkerRegistry } from './index.ts';

function reportOf(workerId: string, seenMs: number): WorkerReport {
  const seenAt = new Date(seenMs).toISOString();
  return {
    workerId,
    capabilities: ['git'],
    running: 0,
    slots: 2,
    sandbox: 'none',
    startedAt: seenAt,
    seenAt,
  };
}

describe('registry of workers', () => {
  it('lists who reported and has not signed off, and forgets who was not seen for an hour', async () => {
    const redis = new Redis(testServers().redisUrl);
    const clock = testClock();
    const registry = createWorkerRegistry({ redis, keys: redisKeysOf(uniqueName('reg')), now: clock.now });
    await registry.report(reportOf('killed', clock.now()));
    await registry.report(reportOf('left', clock.now()));
    await registry.remove('left');
    clock.advance(3_600_000);
    await registry.report(reportOf('alive', clock.now()));
    expect((await registry.list()).map((one) => one.workerId)).to.have.members(['killed', 'alive']);
    clock.advance(1);
    expect(await registry.list()).to.deep.equal([reportOf('alive', clock.now() - 1)]);
    expect(await registry.list()).to.have.lengthOf(1);
    redis.disconnect();
  });
});
