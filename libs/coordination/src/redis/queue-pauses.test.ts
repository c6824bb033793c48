import { redisKeysOf } from '@tamma/contracts';
import { testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { createQueuePauses } from './index.ts';

const pauseOf = (by: string) =>
  ({ queue: 'ai', by, why: 'the bill', since: '2026-01-01T00:00:00.000Z' }) as const;

describe('queue pauses', () => {
  it('keep who paused first, also of many at once, until somebody lifts it', async () => {
    const redis = new Redis(testServers().redisUrl);
    const pauses = createQueuePauses({ redis, keys: redisKeysOf(uniqueName('pauses')) });
    const people = Array.from({ length: 20 }, (_, i) => `person-${i}`);
    const answers = await Promise.all(people.map((by) => pauses.add(pauseOf(by))));
    expect(answers.filter(Boolean)).to.have.lengthOf(1);
    expect(await pauses.list()).to.deep.equal([pauseOf(people[answers.indexOf(true)] ?? '')]);
    await pauses.add({ ...pauseOf('ada'), queue: 'git' });
    expect((await pauses.list()).map((one) => one.queue)).to.have.members(['git', 'ai']);
    const lifted = await Promise.all(people.map(() => pauses.remove('ai')));
    expect(lifted.filter(Boolean)).to.have.lengthOf(1);
    expect((await pauses.list()).map((one) => one.queue)).to.deep.equal(['git']);
    redis.disconnect();
  });
});
