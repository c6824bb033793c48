import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { eventually, testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { processesIn } from './testing/home.ts';
import { askPostgres } from './testing/postgres-client.ts';
import { askRedis } from './testing/redis-client.ts';

const TOOL = resolve(import.meta.dirname, '../../../tools/with-servers.mjs');
const ANY_SERVER = /^(redis|valkey|postgres)/;

describe('with-servers', () => {
  it('gives the command a Redis and a PostgreSQL, leaves with its code, and leaves nothing', async () => {
    await using temporary = await testFolder();
    const script = 'echo "$TAMMA_TEST_REDIS_URL $TAMMA_TEST_DATABASE_URL"; read line; exit 7';
    const run = start(temporary.path, ['sh', '-c', script]);
    const [redisUrl = '', databaseUrl = ''] = String((await once(run.stdout, 'data'))[0])
      .trim()
      .split(' ');
    expect(await askRedis(redisUrl, 'PING')).to.include('+PONG');
    expect(await askPostgres(databaseUrl, 'show fsync')).to.deep.equal([['off']]);
    run.stdin.end('go on\n');
    expect(await exitOf(run)).to.equal(7);
    expect(await readdir(temporary.path)).to.deep.equal([]);
    expect(await processesIn(temporary.path, ANY_SERVER)).to.deep.equal([]);
  });

  it('forwards a signal to all the command started, then cleans up', async () => {
    await using temporary = await testFolder();
    const run = start(temporary.path, ['sh', '-c', 'echo started; sleep 60; echo not reached']);
    await once(run.stdout, 'data');
    run.kill('SIGTERM');
    expect(await exitOf(run)).to.equal(128 + 15);
    expect(await readdir(temporary.path)).to.deep.equal([]);
  });

  it('ends the servers of a run that was killed', async () => {
    await using temporary = await testFolder();
    const killed = start(temporary.path, ['sh', '-c', 'echo $$; exec sleep 60']);
    const command = Number((await once(killed.stdout, 'data'))[0]);
    const exited = once(killed, 'exit');
    killed.kill('SIGKILL');
    await exited;
    process.kill(command);
    expect(await processesIn(temporary.path, ANY_SERVER)).to.not.deep.equal([]);
    expect(await exitOf(start(temporary.path, ['true']))).to.equal(0);
    expect(await readdir(temporary.path)).to.deep.equal([]);
    await eventually(
      'no server is left',
      async () => (await processesIn(temporary.path, ANY_SERVER)).length === 0,
    );
  });

  it('only runs the command where servers are given', async () => {
    await using temporary = await testFolder();
    const given = { TAMMA_TEST_REDIS_URL: 'redis://given', TAMMA_TEST_DATABASE_URL: 'postgres://given' };
    const run = start(temporary.path, ['sh', '-c', 'echo "$TAMMA_TEST_REDIS_URL"'], given);
    const output = text(run.stdout);
    expect(await exitOf(run)).to.equal(0);
    expect(await output).to.equal('redis://given\n');
  });

  it('says when there is no command, or no such command', async () => {
    await using temporary = await testFolder();
    const given = { TAMMA_TEST_REDIS_URL: 'redis://given', TAMMA_TEST_DATABASE_URL: 'postgres://given' };
    expect(await exitOf(start(temporary.path, []))).to.equal(2);
    expect(await exitOf(start(temporary.path, ['/no/such/command'], given))).to.equal(127);
  });
});

function start(temporaryFolder: string, command: readonly string[], given: Record<string, string> = {}) {
  const { TAMMA_TEST_REDIS_URL: _redis, TAMMA_TEST_DATABASE_URL: _database, ...inherited } = process.env;
  return spawn(process.execPath, [TOOL, '--', ...command], {
    env: { ...inherited, TMPDIR: temporaryFolder, ...given },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function exitOf(run: ChildProcess): Promise<number | null> {
  if (run.exitCode === null) await once(run, 'exit');
  return run.exitCode;
}
