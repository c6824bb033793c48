import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { memoryShare } from './hold-back.ts';

describe('share of Redis memory', () => {
  it('is what is used of what may be used', () => {
    expect(memoryShare('# Memory\r\nused_memory:25\r\nused_memory_rss:99\r\nmaxmemory:100\r\n')).to.equal(
      0.25,
    );
  });

  it('is nothing without a limit, and for an answer without figures', () => {
    expect(memoryShare('used_memory:25\r\nmaxmemory:0\r\n')).to.equal(0);
    expect(memoryShare('')).to.equal(0);
  });

  it('is read from what a real server answers', async () => {
    const redis = new Redis(testServers().redisUrl);
    const info = await redis.info('memory');
    redis.disconnect();
    expect(info)
      .to.match(/^used_memory:\d+/m)
      .and.to.match(/^maxmemory:\d+/m);
    const limited = info.replace(/^maxmemory:\d+/m, 'maxmemory:1000000000000');
    expect(memoryShare(limited)).to.be.within(1e-9, 0.5);
  });
});
