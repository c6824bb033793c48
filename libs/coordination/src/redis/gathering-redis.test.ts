import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { GatheringRedis } from './gathering-redis.ts';

describe('a connection that gathers', () => {
  it('hands the commands of one turn to the network together, and answers each', async () => {
    const redis = new GatheringRedis(testServers().redisUrl, { lazyConnect: true });
    await redis.connect();
    const answers = Promise.all(Array.from({ length: 50 }, (_, number) => redis.echo(`${number}`)));
    expect(redis.stream.writableCorked).to.equal(1);
    expect((await answers).map(Number)).to.deep.equal(Array.from({ length: 50 }, (_, number) => number));
    expect(redis.stream.writableCorked).to.equal(0);
    redis.disconnect();
  });

  it('goes on when its connection is cut in the same turn', async () => {
    const redis = new GatheringRedis(testServers().redisUrl, { lazyConnect: true, retryStrategy: () => 1 });
    redis.on('error', () => {
      // The cut; what was sent is sent again.
    });
    await redis.connect();
    const answer = redis.echo('still there');
    redis.stream.destroy();
    expect(await answer).to.equal('still there');
    expect(await redis.echo('and now')).to.equal('and now');
    redis.disconnect();
  });
});
