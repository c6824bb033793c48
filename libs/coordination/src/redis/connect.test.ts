import { TammaError } from '@tamma/domain';
import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { connectRedis, judgeServer } from './index.ts';

function codeOf(info: string): string | null {
  try {
    judgeServer(info);
    return null;
  } catch (thrown) {
    return thrown instanceof TammaError ? thrown.code : 'other';
  }
}

describe('connection to Redis', () => {
  it('is made to a server that fits', async () => {
    const redis = await connectRedis({ url: testServers().redisUrl, onError: () => {} });
    expect(await redis.ping()).to.equal('PONG');
    redis.disconnect();
  });

  it('says where nothing answers, and keeps the password to itself', async () => {
    const failure = await connectRedis({ url: 'redis://:hunter2@127.0.0.1:1', onError: () => {} }).then(
      () => 'connected',
      (error: Error) => error.message,
    );
    expect(failure).to.match(/^Redis at 127\.0\.0\.1:1 does not answer after 3 tries: .*ECONNREFUSED/);
    expect(failure).not.to.contain('hunter2');
  });

  it('judges versions and eviction by what INFO says', () => {
    expect(codeOf('redis_version:6.0.16\r\nmaxmemory_policy:noeviction\r\n')).to.equal('REDIS_TOO_OLD');
    expect(codeOf('redis_version:6.2.0\r\nmaxmemory_policy:noeviction\r\n')).to.equal(null);
    expect(codeOf('redis_version:7.2.4\r\nvalkey_version:7.2.0\r\n')).to.equal(null);
    expect(codeOf('redis_version:7.2.4\r\nvalkey_version:7.1.0\r\n')).to.equal('REDIS_TOO_OLD');
    expect(codeOf('redis_version:7.0.15\r\nmaxmemory_policy:allkeys-lru\r\n')).to.equal('REDIS_EVICTS');
    expect(codeOf('rubbish')).to.equal('REDIS_TOO_OLD');
  });
});
