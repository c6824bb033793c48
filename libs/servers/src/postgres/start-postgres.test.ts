import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { freePort } from '../free-port.ts';
import { identify, isAlive } from '../process-identity.ts';
import { runCommand } from '../run-command.ts';
import { surroundingsOf } from '../surroundings.ts';
import { pathOf, processesIn, type TestHome, testHome } from '../testing/home.ts';
import { askPostgres } from '../testing/postgres-client.ts';
import { findPostgres } from './binaries.ts';
import { passwordFileOf } from './data-folder.ts';
import { livePostmaster, pidFileOf, readPidFile } from './pid-file.ts';
import { chooseRunAs } from './run-as.ts';
import { startPostgres } from './start-postgres.ts';

const ALL_BUT_UNSHARE = ['sh', 'cat', 'rm', 'flock', 'true', 'chown', 'setpriv'];
const QUICK = { settings: { fsync: 'off' } };

describe('the private PostgreSQL', () => {
  it('listens on the loopback only, wants its password, and takes settings', async () => {
    await using home = await testHome(process.env);
    const postgres = await startPostgres({
      ...home.request,
      settings: { ...QUICK.settings, work_mem: '5MB' },
    });
    const wanted = ['listen_addresses', 'unix_socket_directories', 'max_connections', 'work_mem', 'TimeZone'];
    const settings = wanted.map((name) => `current_setting('${name}')`).join(', ');
    expect(await askPostgres(postgres.url, `select ${settings}`)).to.deep.equal([
      ['127.0.0.1', '', '100', '5MB', 'UTC'],
    ]);
    const wrong = new URL(postgres.url);
    wrong.password = 'wrong';
    const error = await askPostgres(wrong.href, 'select 1').catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: '28P01' });
  });

  it('keeps its password from command line, log and notes, in a file of its owner', async () => {
    await using home = await testHome(process.env);
    const postgres = await startPostgres({ ...home.request, ...QUICK });
    const { password } = new URL(postgres.url);
    for (const path of [`/proc/${postgres.pid}/cmdline`, `/proc/${postgres.pid}/environ`, logOf(home)]) {
      expect(await readFile(path, 'utf8'), path).to.not.include(password);
    }
    expect(home.notes.join()).to.not.include(password);
    expect((await stat(passwordFileOf(dataOf(home)))).mode & 0o777).to.equal(0o600);
  });

  it('has its data after a kill, is adopted while it lives, and is gone after a stop', async () => {
    await using home = await testHome(process.env);
    const first = await startPostgres(home.request);
    await askPostgres(first.url, 'create table kept as select 42 as answer');
    process.kill(first.pid, 'SIGKILL');
    const second = await startPostgres(home.request);
    expect([second.adopted, second.pid === first.pid]).to.deep.equal([false, false]);
    expect(await askPostgres(second.url, 'select answer from kept')).to.deep.equal([[42]]);
    const third = await startPostgres(home.request);
    expect([third.adopted, third.pid, third.url]).to.deep.equal([true, second.pid, second.url]);
    await Promise.all([second.stop(), third.stop()]);
    await third.stop();
    expect(await isAlive({ pid: second.pid, startTime: second.startedAt })).to.equal(false);
    expect(await readdir(dataOf(home))).to.not.include('postmaster.pid');
  });

  it('does not wait for its clients when it stops', async () => {
    await using home = await testHome(process.env);
    const postgres = await startPostgres({ ...home.request, ...QUICK });
    const query = askPostgres(postgres.url, 'select pg_sleep(60)').catch((thrown: unknown) => thrown);
    await eventually('the query runs', async () => {
      const rows = await askPostgres(
        postgres.url,
        "select 1 from pg_stat_activity where wait_event = 'PgSleep'",
      );
      return rows.length === 1;
    });
    await postgres.stop();
    expect(await query).to.be.instanceOf(Error);
  });

  it('is one, with one database, however many start it at once', async () => {
    await using home = await testHome(process.env);
    const handles = await Promise.all([1, 2, 3].map(() => startPostgres({ ...home.request, ...QUICK })));
    expect(new Set(handles.map((handle) => handle.url)).size).to.equal(1);
    expect(handles.filter((handle) => !handle.adopted)).to.have.length(1);
    expect((await readdir(home.path)).toSorted()).to.deep.equal(['logs', 'postgres', 'servers']);
  });

  it('starts over a pid file that names a stranger, a zombie or rubbish', async () => {
    await using home = await testHome(process.env);
    await (await startPostgres({ ...home.request, ...QUICK })).stop();
    const stranger = spawn('sleep', ['60']);
    const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const zombie = Number(String((await once(parent.stdout, 'data'))[0]));
    await eventually('a zombie', async () => (await identify(zombie)) === null);
    for (const pid of [stranger.pid, zombie, 'rubbish']) {
      await writeFile(
        pidFileOf(dataOf(home)),
        `${pid}\n${dataOf(home)}\n1\n5432\n\n127.0.0.1\n1 1\nready   \n`,
      );
      const postgres = await startPostgres({ ...home.request, ...QUICK });
      expect(postgres.adopted).to.equal(false);
      await postgres.stop();
    }
    expect(stranger.exitCode).to.equal(null);
    stranger.kill();
    parent.kill();
  });

  it('waits for the last process of a killed one before it starts on the same data', async () => {
    await using home = await testHome(process.env);
    const first = await startPostgres({ ...home.request, ...QUICK });
    const [orphan = 0] = (await processesIn(home.path, /^postgres/)).filter((pid) => pid !== first.pid);
    process.kill(orphan, 'SIGSTOP');
    process.kill(first.pid, 'SIGKILL');
    let isStarted = false;
    const start = startPostgres({ ...home.request, ...QUICK }).finally(() => {
      isStarted = true;
    });
    await eventually('it waits', () =>
      home.notes.join().includes('waiting for another start, or for the last process'),
    );
    await eventually('only the orphan is left', async () => {
      const left = await processesIn(home.path, /^postgres/);
      return left.length === 1 && left[0] === orphan;
    });
    expect(isStarted).to.equal(false);
    process.kill(orphan, 'SIGCONT');
    expect((await start).adopted).to.equal(false);
    expect(await processesIn(home.path, /^postgres/)).to.not.include(orphan);
  });

  it('leaves a server alone that someone else started on its data, and says so', async () => {
    await using home = await testHome(process.env);
    await (await startPostgres({ ...home.request, ...QUICK })).stop();
    const surroundings = await surroundingsOf(home.request);
    const { postgres } = await findPostgres(surroundings.programsFolder);
    const { prefix } = await chooseRunAs(dataOf(home), surroundings);
    const port = await freePort();
    const flags = ['-D', dataOf(home), '-p', String(port), '-c', 'unix_socket_directories='];
    const [program = '', ...args] = [...prefix, postgres, ...flags];
    const byHand = spawn(program, args, { stdio: 'ignore' });
    await eventually('it runs', async () => (await readPidFile(dataOf(home)))?.status === 'ready');
    const error = await startPostgres({ ...home.request, ...QUICK }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'POSTGRES_DATA_IN_USE', remedy: `Stop it: kill -INT ${byHand.pid}` });
    expect(await livePostmaster(dataOf(home))).to.equal(byHand.pid);
    byHand.kill('SIGINT');
    await once(byHand, 'exit');
  });

  it('clears away what a start left that was killed while it made the database', async () => {
    await using home = await testHome(process.env);
    const launcher = spawn(process.execPath, [
      '--input-type=module-typescript',
      '-e',
      launcherCode(home.path),
    ]);
    await eventually('half a database', async () => {
      const draft = (await readdir(home.path)).find((name) => name.includes('.draft-'));
      return draft !== undefined && (await readdir(join(home.path, draft))).includes('base');
    });
    const exited = once(launcher, 'exit');
    launcher.kill('SIGKILL');
    await exited;
    const postgres = await startPostgres({ ...home.request, ...QUICK });
    expect(await askPostgres(postgres.url, 'select 1')).to.deep.equal([[1]]);
    expect((await readdir(home.path)).toSorted()).to.deep.equal(['logs', 'postgres', 'servers']);
  });

  it('leaves nothing behind and shows its log when a setting is wrong', async () => {
    await using home = await testHome(process.env);
    const settings = { ...QUICK.settings, no_such_setting: '1' };
    const error = await startPostgres({ ...home.request, settings }).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'SERVER_NOT_STARTED' });
    expect(String(error)).to.include('no_such_setting');
    expect(await processesIn(home.path, /postgres/)).to.deep.equal([]);
  });

  it('leaves nothing behind when it is aborted while it makes the database', async () => {
    await using home = await testHome(process.env);
    const controller = new AbortController();
    const start = startPostgres({ ...home.request, ...QUICK, signal: controller.signal });
    await eventually('a draft', async () =>
      (await readdir(home.path)).some((name) => name.includes('.draft-')),
    );
    controller.abort(new Error('not wanted any more'));
    expect(String(await start.catch((thrown: unknown) => thrown))).to.include('not wanted any more');
    expect((await readdir(home.path)).toSorted()).to.deep.equal(['logs', 'servers']);
  });

  if (process.getuid?.() === 0) {
    it('runs as nobody for root where user namespaces do not work, and stays with that user', async () => {
      await using home = await testHome(process.env);
      const environment = { PATH: await pathOf(home.path, ALL_BUT_UNSHARE, process.env.PATH) };
      const request = { ...home.request, ...QUICK, environment };
      if (!(await nobodyCanRead())) return expectRefusal(request);
      const first = await startPostgres(request);
      expect((await stat(`/proc/${first.pid}`)).uid).to.equal(65534);
      expect(await askPostgres(first.url, 'select 1')).to.deep.equal([[1]]);
      await first.stop();
      const second = await startPostgres({ ...home.request, ...QUICK });
      expect((await stat(`/proc/${second.pid}`)).uid).to.equal(65534);
    });
  }
});

function dataOf(home: TestHome): string {
  return join(home.path, 'postgres');
}

function logOf(home: TestHome): string {
  return join(home.path, 'logs/postgres.log');
}

function launcherCode(home: string): string {
  const module = new URL('./start-postgres.ts', import.meta.url).href;
  return `const { startPostgres } = await import(${JSON.stringify(module)});
    await startPostgres({ home: ${JSON.stringify(home)}, environment: process.env });`;
}

async function nobodyCanRead(): Promise<boolean> {
  const { initdb } = await findPostgres('/nowhere');
  const as = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const outcome = await runCommand([...as, 'test', '-x', initdb], {
    environment: { PATH: '/usr/bin:/bin' },
    timeoutMs: 5000,
  });
  return outcome.exitCode === 0;
}

/** In a clone below /root nobody else can run the programs: the error must say what to do. */
async function expectRefusal(request: Parameters<typeof startPostgres>[0]): Promise<void> {
  const error = await startPostgres(request).catch((thrown: unknown) => thrown);
  expect(error).to.include({ code: 'POSTGRES_NOT_INITIALIZED' });
  expect(error).to.have.property('remedy').that.includes('ordinary user');
}
