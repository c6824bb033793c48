import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { mustRun } from '../run-command.ts';
import { surroundingsOf } from '../surroundings.ts';
import { configOf } from './config-file.ts';
import { findRedis } from './find-redis.ts';
import { parseVersion } from './program.ts';

describe('finding Redis', () => {
  it('takes the first server on PATH that is recent enough', async () => {
    await using machine = await testMachine({
      'redis-server': 'echo "Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64"',
      'valkey-server': 'echo "Valkey server v=7.2.5 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"',
    });
    const program = await findRedis(machine.surroundings);
    expect(program.version).to.deep.equal({ flavor: 'Valkey', major: 7, minor: 2 });
    expect(program.commandLine('/data', 7001)).to.deep.equal([
      join(machine.bin, 'valkey-server'),
      'redis.conf',
      '--port',
      '7001',
    ]);
  });

  it('says why each source failed, and the one command to type', async () => {
    await using machine = await testMachine({
      'redis-server': 'echo "Redis server v=6.0.16"',
      'valkey-server': 'echo broken >&2; exit 3',
      'apt-get': 'exit 1',
      docker: 'echo "no daemon" >&2; exit 1',
    });
    const error = await findRedis(machine.surroundings).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'REDIS_NOT_FOUND' });
    for (const part of ['Redis 6.0, too old', 'broken', 'no apt-cache on PATH', 'no daemon']) {
      expect(String(error)).to.include(part);
    }
    expect(error).to.have.property(
      'remedy',
      'Type: sudo apt-get update && sudo apt-get install -y redis-server',
    );
  });

  it('runs a container where docker works, published on the loopback only', async () => {
    await using machine = await testMachine({ docker: 'echo docker "$@"' });
    const program = await findRedis(machine.surroundings);
    const environment = { PATH: `${machine.bin}:/usr/bin:/bin` };
    const line = await mustRun('TEST', program.commandLine('/x/redis', 7001), {
      environment,
      timeoutMs: 5000,
    });
    expect(line).to.match(/^docker run --name tamma-redis-[0-9a-f]{12} --rm --user \d+:\d+ /);
    expect(line).to.include('--publish 127.0.0.1:7001:7001 --volume /x/redis:/data --workdir /data redis:7');
    expect(line).to.match(/redis-server redis\.conf --port 7001 --bind 0\.0\.0\.0\n$/);
  });

  it('knows the names of versions and of settings', () => {
    expect(parseVersion('Redis server v=8.0.2 sha=0')).to.deep.equal({ flavor: 'Redis', major: 8, minor: 0 });
    expect(parseVersion('memcached 1.6')).to.equal(undefined);
    const redis = { flavor: 'Redis', minor: 2 } as const;
    expect(configOf('p', { ...redis, major: 6 })).to.include('hash-max-ziplist-value 256\n');
    expect(configOf('p', { ...redis, major: 7 })).to.include('hash-max-listpack-value 256\n');
  });
});

/** A machine whose PATH holds these shell scripts only. */
async function testMachine(scripts: Readonly<Record<string, string>>) {
  const folder = await testFolder();
  const bin = join(folder.path, 'bin');
  await mkdir(bin);
  for (const [name, body] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const surroundings = await surroundingsOf({ home: folder.path, environment: { PATH: bin } });
  return { bin, surroundings, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
