import { healthSchema } from '@tamma/contracts';
import { createWorkerRegistry } from '@tamma/coordination/redis';
import { CAPABILITIES } from '@tamma/domain';
import { createHealth, type HealthCheck, readAiEnvironment } from '@tamma/process';
import { openStore } from '@tamma/store/postgres';
import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { addHealthChecks, type HealthParts } from '../health-checks.ts';
import { intakeOf, issueNumber, openDesk, recordAll } from '../testing/desk.ts';
import { startProxy } from '../testing/proxy.ts';
import { openSite } from '../testing/site.ts';

function check(name: string, status: 'healthy' | 'degraded' | 'unhealthy', critical = false): HealthCheck {
  return { name, critical, check: async () => ({ status, details: { shown: true } }) };
}

const away = async () => {
  throw new Error('it does not answer');
};

describe('probes', () => {
  it('answer 200 when all is well, and 503 when anything is not', async () => {
    await using well = await openSite({ checks: [check('redis', 'healthy', true)] });
    const good = await well.ask('/health');
    expect(good.status).to.equal(200);
    const report = healthSchema.parse(JSON.parse(good.text));
    expect(report).to.include({ status: 'healthy', version: '1.2.3' });
    expect(report.checks).to.deep.equal([{ name: 'redis', status: 'healthy', details: { shown: true } }]);
    await using worse = await openSite({ checks: [check('workers', 'degraded')] });
    const bad = await worse.ask('/health');
    expect(bad.status).to.equal(503);
    expect(healthSchema.parse(JSON.parse(bad.text)).status).to.equal('degraded');
  });

  it('answer that the process lives whatever its parts do', async () => {
    await using site = await openSite({ checks: [{ name: 'redis', critical: true, check: away }] });
    const answer = await site.ask('/health/live');
    expect([answer.status, answer.text]).to.deep.equal([200, '{"status":"live"}']);
  });

  it('answer that it is ready although no worker lives', async () => {
    const checks = [
      check('redis', 'healthy', true),
      check('database', 'healthy'),
      check('workers', 'degraded'),
    ];
    await using site = await openSite({ checks });
    const answer = await site.ask('/health/ready');
    expect([answer.status, JSON.parse(answer.text)]).to.deep.equal([200, { status: 'ready', missing: [] }]);
  });

  it('answer that it is not ready while Redis or the database is away', async () => {
    for (const name of ['redis', 'database']) {
      await using site = await openSite({ checks: [{ name, critical: false, check: away }] });
      const answer = await site.ask('/health/ready');
      expect(answer.status).to.equal(503);
      expect(JSON.parse(answer.text)).to.deep.equal({ status: 'not ready', missing: [name] });
    }
  });

  it('give Prometheus what it can parse, every name of it ours', async () => {
    await using site = await openSite();
    site.desk.platform.addIssue(issueNumber(1));
    await intakeOf(site.desk).runOnce();
    await recordAll(site.desk);
    await site.ask('/api/v1/projects');
    const answer = await site.ask('/metrics');
    expect(answer.status).to.equal(200);
    expect(answer.headers['content-type']).to.match(/^text\/plain; version=0\.0\.4/);
    const lines = answer.text.split('\n').filter((line) => line !== '');
    for (const line of lines) {
      expect(line).to.match(
        /^(# (HELP|TYPE) tamma_\w+ .+|tamma_\w+(\{(\w+="[^"]*",?)+\})? (-?[0-9.e+-]+|NaN|[+-]Inf))$/,
      );
    }
    expect(answer.text).to.contain(
      'tamma_queue_tasks{queue="git",state="waiting",process="orchestrator"} 1\n',
    );
    expect(answer.text).to.contain('tamma_workflows{status="running",process="orchestrator"} 1\n');
    expect(answer.text).to.contain('tamma_recorder_lag_events{process="orchestrator"} 0\n');
    expect(answer.text).to.match(
      /tamma_http_request_duration_seconds_count\{[^}]*route="\/api\/v1\/projects"[^}]*\} 1\n/,
    );
  });
});

/** The checks as the process makes them, over servers that can be cut off. */
async function openChecks() {
  await using stack = new AsyncDisposableStack();
  const desk = stack.use(await openDesk());
  const redisProxy = stack.use(await startProxy(testServers().redisUrl));
  const databaseProxy = stack.use(await startProxy(desk.databaseUrl));
  const redis = new Redis(redisProxy.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => {});
  stack.defer(() => redis.disconnect());
  const store = await openStore({ url: databaseProxy.url, poolMax: 2 });
  stack.defer(() => store.close());
  const health = createHealth({ version: '1', checkTimeoutMs: 2000 });
  const registry = createWorkerRegistry(desk);
  const consumer = await desk.eventLog.consumer('recorder');
  const parts: HealthParts = {
    redis,
    store,
    queue: desk.queue,
    pauses: desk.pauses,
    circuits: desk.circuits,
    budgets: desk.budgets,
    dayLimitUsd: desk.dayLimitUsd,
    projects: desk.projects,
    ai: readAiEnvironment({}),
    consumer,
    registry,
    leadership: { term: () => 3 },
    intake: intakeOf(desk),
    offlineAfterMs: 30_000,
    now: Date.now,
  };
  addHealthChecks(health, parts);
  const owned = stack.move();
  return {
    desk,
    health,
    registry,
    redisProxy,
    databaseProxy,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function seen(health: { report: ReturnType<typeof createHealth>['report'] }) {
  const { status, checks } = await health.report();
  return { status, ...Object.fromEntries(checks.map((one) => [one.name, one.status])) };
}

async function beat(registry: ReturnType<typeof createWorkerRegistry>, workerId: string, agoMs: number) {
  const seenAt = new Date(Date.now() - agoMs).toISOString();
  const about = { capabilities: CAPABILITIES, running: 0, slots: 2, sandbox: 'none' };
  await registry.report({ workerId, ...about, startedAt: seenAt, seenAt });
}

describe('health of the orchestrator', () => {
  it('is degraded while no worker lives, and well when one does', async () => {
    await using checks = await openChecks();
    await beat(checks.registry, 'dead', 31_000);
    expect(await seen(checks.health)).to.deep.equal({
      status: 'degraded',
      redis: 'healthy',
      database: 'healthy',
      workers: 'degraded',
      queues: 'healthy',
      services: 'healthy',
      ai: 'healthy',
      budgets: 'healthy',
      recorder: 'healthy',
      intake: 'healthy',
    });
    await beat(checks.registry, 'alive', 0);
    const { status, checks: reported } = await checks.health.report();
    expect(status).to.equal('healthy');
    expect(reported.find(({ name }) => name === 'workers')?.details).to.deep.equal({
      alive: 1,
      sandboxes: ['none'],
    });
    expect(reported.find(({ name }) => name === 'recorder')?.details).to.deep.equal({ lag: 0, term: 3 });
  });

  it('is unhealthy without Redis, degraded without the database, and never waits long for either', async () => {
    await using checks = await openChecks();
    await beat(checks.registry, 'alive', 0);
    checks.databaseProxy.set('cut');
    expect(await seen(checks.health)).to.include({ status: 'degraded', database: 'unhealthy' });
    checks.redisProxy.set('cut');
    const askedAt = performance.now();
    expect(await seen(checks.health)).to.include({ status: 'unhealthy', redis: 'unhealthy' });
    // The call to Redis itself never ends.
    expect(performance.now() - askedAt).to.be.below(10_000);
  });
});
