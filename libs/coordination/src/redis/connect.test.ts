import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { TammaError } from '@tamma/domain';
import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { connectRedis, judgeServer } from './index.ts';

/** The real server, seen through a pipe that makes its version 5. */
async function startOldRedis(target: URL): Promise<AsyncDisposable & { url: string; connections(): number }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    sockets.add(client);
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) =>
      client.write(chunk.toString('latin1').replace(/redis_version:\d/, 'redis_version:5'), 'latin1'),
    );
    client.on('close', () => {
      sockets.delete(client);
      upstream.destroy();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const url = new URL(target);
  url.port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const dispose = async () => {
    for (const socket of sockets) socket.destroy();
    await once(server.close(), 'close');
  };
  return { url: url.href, connections: () => sockets.size, [Symbol.asyncDispose]: dispose };
}

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

  it('is refused by a server that says it is too old, and closed again', async () => {
    await using old = await startOldRedis(new URL(testServers().redisUrl));
    const failure = await connectRedis({ url: old.url, onError: () => {} }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(failure).to.include({ code: 'REDIS_TOO_OLD', remedy: 'use Redis 6.2 or later' });
    await eventually('its connection is closed', () => old.connections() === 0);
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
