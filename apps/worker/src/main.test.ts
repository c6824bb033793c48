import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { healthSchema } from '@tamma/contracts';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { type Ground, openGround } from './testing/ground.ts';
import { redisUser } from './testing/redis-user.ts';

/** The grace of the ground's configuration is 200 ms; what hangs would hang on. */
const STOP_MAX_MS = 15_000;
/** The lock lasts 3 s and is looked after every 500 ms; with the defaults it would take 30 s. */
const TAKE_OVER_MAX_MS = 15_000;
/** A running step looks every second; its command would run for 30 s. */
const CANCEL_MAX_MS = 10_000;
const STACK = /\n\s+at .+:\d+/;

async function get(port: number, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, text: await response.text() };
}

/** Waits until the command of the build gate runs, in the attempt of that number. */
async function untilBuilding(ground: Ground, attempt: number): Promise<void> {
  await eventually(`attempt ${attempt} runs its command`, async () =>
    (await ground.bench.events()).some(
      (event) => event.type === 'TASK.PROGRESS.UPDATED' && event.attempt === attempt,
    ),
  );
}

async function takerOf(ground: Ground): Promise<string | undefined> {
  return (await ground.bench.events()).flatMap((event) =>
    event.type === 'TASK.DEQUEUED.SUCCESS' ? [event.data.workerId] : [],
  )[0];
}

async function workersOf(ground: Ground): Promise<readonly string[]> {
  return (await ground.registry.list()).map((worker) => worker.workerId);
}

describe('worker process', () => {
  it('signs in, answers its probes, and signs off on SIGTERM', async () => {
    await using ground = await openGround();
    await using worker = ground.start({
      TAMMA_CAPABILITIES: 'git,build',
      TAMMA_CONCURRENCY: 'git=3,build=1',
    });
    const port = await worker.port();
    const [report] = await ground.registry.list();
    expect(report).to.deep.include({ capabilities: ['git', 'build'], slots: 4, running: 0 });
    expect(await get(port, '/health/live')).to.deep.equal({ status: 200, text: 'live\n' });
    const health = await get(port, '/health');
    const { status, checks } = healthSchema.parse(JSON.parse(health.text));
    expect([health.status, status]).to.deep.equal([200, 'healthy']);
    expect(checks.map((check) => [check.name, check.status])).to.deep.equal([
      ['redis', 'healthy'],
      ['tasks', 'healthy'],
    ]);
    expect((await get(port, '/metrics')).text).to.match(
      /^tamma_worker_tasks_running\{process="worker"\} 0$/m,
    );
    const seen = report?.seenAt;
    await eventually('it beats', async () => (await ground.registry.list())[0]?.seenAt !== seen);

    worker.child.kill('SIGTERM');
    expect(await worker.ended()).to.deep.equal({ code: 0, signal: null });
    expect(await workersOf(ground)).to.deep.equal([]);
    expect(await ground.bench.types()).to.deep.equal([
      'WORKER.REGISTERED.SUCCESS',
      'WORKER.UNREGISTERED.SUCCESS',
    ]);
    expect(worker.errors()).to.equal('');
  });

  it('stops when the launcher that started it is gone', async () => {
    await using ground = await openGround();
    await using worker = ground.start();
    await worker.port();
    worker.child.disconnect();
    expect(await worker.ended()).to.deep.equal({ code: 0, signal: null });
    expect(await workersOf(ground)).to.deep.equal([]);
  });

  it('names every problem of its configuration and exits 2', async () => {
    await using ground = await openGround();
    const config = { redis: { prefix: 'No Good' }, wrokers: {}, projects: [] };
    await writeFile(join(ground.folder, 'tamma.config.yaml'), JSON.stringify(config));
    await using worker = ground.start({
      TAMMA_CAPABILITIES: 'gti',
      TAMMA_WORKER_PORT: '99999',
      REDIS_URL: 'http://:hunter2@localhost',
    });
    expect(await worker.ended()).to.deep.equal({ code: 2, signal: null });
    for (const text of [
      '6 problems in the configuration',
      'TAMMA_CAPABILITIES: "gti" is not a capability',
      'TAMMA_WORKER_PORT: expected a port number',
      'redis.prefix',
      'wrokers: is not a known setting',
      'projects: expected at least one project',
      'REDIS_URL: redis.url: expected an address such as',
    ]) {
      expect(worker.errors()).to.contain(text);
    }
    expect(worker.output()).not.to.contain('hunter2').and.not.match(STACK);
  });

  it('says in one sentence that Redis cannot be reached, keeps the password to itself, and exits 1', async () => {
    await using ground = await openGround();
    await using worker = ground.start({ REDIS_URL: 'redis://:hunter2@127.0.0.1:1' });
    expect(await worker.ended()).to.deep.equal({ code: 1, signal: null });
    expect(worker.errors()).to.match(
      /^worker: Redis at 127\.0\.0\.1:1 does not answer after 3 tries: .*ECONNREFUSED.*\n {2}start Redis, or correct REDIS_URL/,
    );
    expect(worker.output()).not.to.contain('hunter2').and.not.match(STACK);
  });

  it('exits 1 when its port is taken, and leaves nothing registered', async () => {
    await using ground = await openGround();
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await using worker = ground.start({ TAMMA_WORKER_PORT: String(port) });
    expect(await worker.ended()).to.deep.equal({ code: 1, signal: null });
    squatter.close();
    expect(worker.errors()).to.equal(
      `worker: port ${port} on 127.0.0.1 is taken by another process\n  Set TAMMA_WORKER_PORT to a free port, or stop the process that listens there.\n`,
    );
    expect(await workersOf(ground)).to.deep.equal([]);
    expect(await ground.bench.types()).to.deep.equal([]);
  });

  it('hands its running task back on SIGTERM, so that another worker ends it', async () => {
    await using ground = await openGround(['sleep', '2']);
    await using leaving = ground.start();
    await leaving.port();
    await ground.addTask();
    await untilBuilding(ground, 1);
    const [leavingId] = await workersOf(ground);
    const stopAt = performance.now();
    leaving.child.kill('SIGTERM');
    expect(await leaving.ended()).to.deep.equal({ code: 0, signal: null });
    expect(performance.now() - stopAt).to.be.lessThan(STOP_MAX_MS);
    expect(await ground.status()).to.be.oneOf(['pending', 'scheduled']);
    expect(await workersOf(ground)).to.not.include(leavingId);
    expect(await ground.bench.types()).to.include('TASK.INTERRUPTED.SUCCESS');

    await using staying = ground.start();
    await eventually('the task ends', async () => (await ground.status()) === 'completed');
    expect(await endsOf(ground)).to.deep.equal([2]);
    expect(await ground.bench.types()).to.not.include('TASK.RETRY.SCHEDULED');
    expect(staying.errors()).to.equal('');
  });

  it('leaves its task to another worker when it is killed in the middle, and the step ends exactly once', async () => {
    await using ground = await openGround(['sleep', '2']);
    await using first = ground.start({ TAMMA_CAPABILITIES: 'build' });
    await first.port();
    const [firstId] = await workersOf(ground);
    await using second = ground.start({ TAMMA_CAPABILITIES: 'build' });
    await second.port();
    await ground.addTask();
    await untilBuilding(ground, 1);
    const victim = (await takerOf(ground)) === firstId ? first : second;
    victim.child.kill('SIGKILL');
    const killedAt = performance.now();
    expect(await victim.ended()).to.deep.equal({ code: null, signal: 'SIGKILL' });
    await untilBuilding(ground, 2);
    expect(performance.now() - killedAt).to.be.lessThan(TAKE_OVER_MAX_MS);
    await eventually('the task ends', async () => (await ground.status()) === 'completed');
    expect(await endsOf(ground)).to.deep.equal([2]);
    const [, outcome] = await ground.bench.redis.hmget(
      `${ground.bench.prefix}:wf:demo-1.r1`,
      'attempt:demo-1.r1.build-gate',
      'outcome:demo-1.r1.build-gate',
    );
    expect(JSON.parse(outcome ?? '')).to.have.property('kind', 'done');
  });

  it('breaks a running step off within a second when somebody cancels the workflow in another process', async () => {
    await using ground = await openGround(['sleep', '30']);
    await using worker = ground.start();
    await worker.port();
    await ground.addTask();
    await untilBuilding(ground, 1);
    const cancelledAt = performance.now();
    expect(await ground.bench.hashes.cancel('demo-1.r1', [])).to.equal('cancelled');
    await eventually('the step is broken off', async () => (await ground.status()) === 'failed');
    expect(performance.now() - cancelledAt).to.be.lessThan(CANCEL_MAX_MS);
    expect(await endsOf(ground)).to.deep.equal([]);
    const [port, report] = [await worker.port(), async () => (await ground.registry.list())[0]];
    await eventually('it is free again', async () => (await report())?.running === 0);
    expect((await get(port, '/metrics')).text).to.contain('tamma_service_calls_total{service="local"');
  });

  it('removes at start what a worker that was killed left behind', async () => {
    await using ground = await openGround(['sleep', '30']);
    const workspaces = join(ground.folder, 'home', 'workspaces');
    await using victim = ground.start();
    await victim.port();
    await ground.addTask();
    await untilBuilding(ground, 1);
    const [left] = await readdir(workspaces);
    victim.child.kill('SIGKILL');
    await victim.ended();
    expect(await readdir(workspaces)).to.include(left);
    await using heir = ground.start({ TAMMA_CAPABILITIES: 'git' });
    await heir.port();
    await eventually('they are gone', async () => (await readdir(workspaces)).length === 0);
    const told = 'workspaces of dead workers removed';
    await eventually('it says so', async () => heir.output().includes(told));
  });

  it('shows its Redis password neither in what it logs, nor in events, nor to a command', async () => {
    await using user = await redisUser();
    await using ground = await openGround(['env']);
    await using worker = ground.start({ REDIS_URL: user.url, LOG_LEVEL: 'trace' });
    await worker.port();
    await ground.addTask();
    await eventually('the task ends', async () => (await ground.status()) === 'completed');
    const log = await ground.bench.hashes.readArtifact('demo-1.r1', 'build.log');
    expect(log).to.contain('PATH=').and.not.contain('REDIS_URL');
    const cutAt = Date.now();
    expect(await user.cutConnections()).to.be.greaterThan(3);
    await eventually('it is back', async () => {
      const [report] = await ground.registry.list();
      return report !== undefined && Date.parse(report.seenAt) > cutAt;
    });
    worker.child.kill('SIGTERM');
    expect((await worker.ended()).code).to.equal(0);
    expect(worker.output()).to.contain('worker stopped');
    const everything = [worker.output(), log, JSON.stringify(await ground.bench.events())].join('\n');
    expect(everything).not.to.contain(user.password);
  });
});

/** Numbers of the attempts that said they ended the task. */
async function endsOf(ground: Ground): Promise<(number | undefined)[]> {
  const events = await ground.bench.events();
  return events.filter((event) => event.type === 'TASK.COMPLETED.SUCCESS').map((event) => event.attempt);
}
