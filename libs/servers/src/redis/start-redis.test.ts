import { spawn } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { isAlive } from '../process-identity.ts';
import type { ServerHandle } from '../server.ts';
import { pathOf, processesIn, testHome } from '../testing/home.ts';
import { askRedis } from '../testing/redis-client.ts';
import { startRedis } from './start-redis.ts';

describe('the private Redis', () => {
  it('listens on the loopback only, takes its password only, and never loses keys or the log', async () => {
    await using home = await testHome(process.env);
    const redis = await startRedis(home.request);
    const { port } = new URL(redis.url);
    expect(await askRedis(`redis://127.0.0.1:${port}`, 'PING')).to.satisfy(([line]: string[]) =>
      /^-NOAUTH/.test(line ?? ''),
    );
    for (const [setting, value] of Object.entries(EXPECTED_SETTINGS)) {
      expect(await askRedis(redis.url, `CONFIG GET ${setting}`), setting).to.include(value);
    }
  });

  it('keeps its password from the command line, the log and everyone else', async () => {
    await using home = await testHome(process.env);
    const redis = await startRedis(home.request);
    const { password } = new URL(redis.url);
    expect(password).to.have.length(48);
    for (const path of [
      `/proc/${redis.pid}/cmdline`,
      `/proc/${redis.pid}/environ`,
      join(home.path, 'logs/redis.log'),
    ]) {
      expect(await readFile(path, 'utf8'), path).to.not.include(password);
    }
    expect((await stat(join(home.path, 'redis/redis.conf'))).mode & 0o777).to.equal(0o600);
    expect(home.notes.join()).to.not.include(password);
  });

  it('is adopted by the next start, whoever stops it', async () => {
    await using home = await testHome(process.env);
    const first = await startRedis(home.request);
    const second = await startRedis(home.request);
    expect(first.adopted).to.equal(false);
    expect(second.adopted).to.equal(true);
    expect([second.pid, second.startedAt, second.url]).to.deep.equal([first.pid, first.startedAt, first.url]);
    await Promise.all([first.stop(), first.stop(), second.stop()]);
    expect(await isAlive(identityOf(first))).to.equal(false);
    await second.stop();
  });

  it('has its data after a stop and after a kill', async () => {
    await using home = await testHome(process.env);
    const first = await startRedis(home.request);
    await askRedis(first.url, 'SET kept by-stop');
    await first.stop();
    const second = await startRedis(home.request);
    expect(await askRedis(second.url, 'GET kept')).to.include('by-stop');
    await askRedis(second.url, 'SET kept by-kill');
    process.kill(second.pid, 'SIGKILL');
    const third = await startRedis(home.request);
    expect(third.adopted).to.equal(false);
    expect(third.pid).to.not.equal(second.pid);
    expect(await askRedis(third.url, 'GET kept')).to.include('by-kill');
  });

  it('is one, however many start it at once', async () => {
    await using home = await testHome(process.env);
    const handles = await Promise.all(Array.from({ length: 6 }, () => startRedis(home.request)));
    expect(new Set(handles.map((handle) => handle.pid)).size).to.equal(1);
    expect(handles.filter((handle) => !handle.adopted)).to.have.length(1);
    expect(await processesIn(home.path, /redis|valkey/)).to.deep.equal([handles[0]?.pid]);
  });

  it('outlives a launcher that is killed half-way, and is adopted', async () => {
    await using home = await testHome(process.env);
    const launcher = spawn(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      launcherCode(home.path),
    ]);
    const pid = await eventually(
      'a server starts',
      async () => (await processesIn(home.path, /redis|valkey/))[0],
    );
    launcher.kill('SIGKILL');
    const redis = await startRedis(home.request);
    expect([redis.pid, redis.adopted]).to.deep.equal([pid, true]);
  });

  it('is stopped and started anew when it hangs', async () => {
    await using home = await testHome(process.env);
    const first = await startRedis(home.request);
    process.kill(first.pid, 'SIGSTOP');
    const second = await startRedis(home.request);
    expect(second.adopted).to.equal(false);
    expect(await isAlive(identityOf(first))).to.equal(false);
    expect(home.notes.join('\n')).to.include(`(pid ${first.pid}) of an earlier run does not answer`);
  });

  it('takes no stranger for its own, and leaves it alone', async () => {
    await using home = await testHome(process.env);
    await mkdir(join(home.path, 'servers'));
    const own = await readFile(`/proc/${process.pid}/stat`, 'utf8');
    for (const record of [`${own}6379\n`, 'rubbish', '']) {
      await writeFile(join(home.path, 'servers/redis.process'), record);
      const redis = await startRedis(home.request);
      expect(redis.adopted).to.equal(false);
      await redis.stop();
    }
  });

  it('leaves nothing behind and shows its log when it cannot read its data', async () => {
    await using home = await testHome(process.env);
    const folder = join(home.path, 'redis/appendonlydir');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'appendonly.aof.manifest'), 'rubbish\n');
    const error = await startRedis(home.request).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'SERVER_NOT_STARTED', class: 'system' });
    expect(String(error)).to.match(/manifest/);
    expect(await processesIn(home.path, /redis|valkey/)).to.deep.equal([]);
  });

  it('leaves nothing behind when its start is aborted while it waits', async () => {
    await using home = await testHome(process.env);
    const controller = new AbortController();
    const environment = { PATH: await pathWithFake(home.path, 'exec sleep 60') };
    const start = startRedis({ ...home.request, environment, signal: controller.signal });
    await eventually('it waits', async () => (await processesIn(home.path, /^sleep/)).length === 1);
    controller.abort(new Error('not wanted any more'));
    expect(String(await start.catch((thrown: unknown) => thrown))).to.include('not wanted any more');
    expect(await processesIn(home.path, /./)).to.deep.equal([]);
  });

  it('tries another port when its own was taken meanwhile, but not for ever', async () => {
    await using home = await testHome(process.env);
    const attempt = 'echo "$3" >> attempts; echo "bind: Address already in use"; exit 1';
    const environment = { PATH: await pathWithFake(home.path, attempt) };
    const error = await startRedis({ ...home.request, environment }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'SERVER_NO_PORT' });
    const ports = (await readFile(join(home.path, 'redis/attempts'), 'utf8')).trim().split('\n');
    expect(new Set(ports).size).to.equal(5);
  });

  it('says what to do when its home cannot be written', async () => {
    await using home = await testHome(process.env);
    const file = join(home.path, 'file');
    await writeFile(file, '');
    const error = await startRedis({ home: join(file, 'home') }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'SERVERS_HOME_UNUSABLE' });
    expect(error).to.have.property('remedy').that.includes('TAMMA_HOME');
  });
});

const EXPECTED_SETTINGS = {
  bind: '127.0.0.1',
  appendonly: 'yes',
  appendfsync: 'everysec',
  'maxmemory-policy': 'noeviction',
  'hash-max-listpack-value': '256',
};

/** A PATH whose redis-server is recent, and runs this shell script instead of serving. */
async function pathWithFake(home: string, script: string): Promise<string> {
  const bin = await pathOf(home, ['sh', 'cat', 'flock', 'sleep', 'true'], process.env.PATH);
  const version = '[ "$1" = --version ] && { echo "Redis server v=7.0.0"; exit; }';
  await writeFile(join(bin, 'redis-server'), `#!/bin/sh\n${version}\n${script}\n`, { mode: 0o755 });
  return bin;
}

function identityOf(handle: ServerHandle) {
  return { pid: handle.pid, startTime: handle.startedAt };
}

function launcherCode(home: string): string {
  const module = new URL('./start-redis.ts', import.meta.url).href;
  return `const { startRedis } = await import(${JSON.stringify(module)});
    await startRedis({ home: ${JSON.stringify(home)}, environment: process.env });
    setInterval(() => {}, 1000);`;
}
