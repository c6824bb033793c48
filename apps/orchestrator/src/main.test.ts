import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { healthSchema, redisKeysOf } from '@tamma/contracts';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { startRedis } from '@tamma/servers';
import { openStore } from '@tamma/store/postgres';
import { runStatement } from '@tamma/store/testing';
import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { openQueue } from './testing/desk.ts';
import { type House, openHouse, type Running } from './testing/house.ts';
import { startProxy } from './testing/proxy.ts';

const PASSWORD = 'hunter2-do-not-show';
const CLOSED_PORT = 1;
/** As the product has it. */
const LEASE_MS = 10_000;

/** A server that counts who comes and hangs up on them. */
async function startCounter() {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    calls: () => calls,
    [Symbol.asyncDispose]: async () => {
      await once(server.close(), 'close');
    },
  };
}

async function readLog(house: House) {
  const redis = new Redis(testServers().redisUrl);
  const eventLog = createRedisEventLog({ redis, keys: redisKeysOf(house.prefix) });
  const entries = await eventLog.readAfter('0-0', 10_000);
  redis.disconnect();
  return entries.flatMap((entry) => ('event' in entry ? [entry.event] : []));
}

async function typesTold(house: House): Promise<string[]> {
  return (await readLog(house)).map(({ type }) => type).filter((type) => type.startsWith('ORCHESTRATOR.'));
}

async function termOf(running: Running): Promise<unknown> {
  const health = healthSchema.parse(JSON.parse((await running.ask('/health')).text));
  return health.checks.find(({ name }) => name === 'recorder')?.details.term;
}

function expectNoInside({ output, complaints }: Running): void {
  expect(output() + complaints()).to.not.contain(PASSWORD);
  expect(complaints()).to.not.match(/\n\s+at /);
}

const BROKEN_TEMPLATE = `
name: broken
description: Everything is wrong with it.
phases:
  - id: INTAKE
    goal: Fail.
    steps:
      - {id: issue-intake, capability: magic, needs: [clarification]}
      - {id: clarification, capability: ai}
      - {id: deploy-to-moon, capability: git}
`;

describe('orchestrator process with a configuration that is wrong', () => {
  it('says everything that is wrong with it at once, exits with 2, and has started nothing', async () => {
    await using house = await openHouse();
    await using counter = await startCounter();
    await writeFile(join(house.folder, 'broken.yaml'), BROKEN_TEMPLATE);
    const broken = {
      ...house.project,
      repository: './absent.git',
      workflow: './broken.yaml',
      eligibility: { labelsRequired: ['go'], labelsExcluded: ['go'] },
    };
    const settings = {
      server: { host: '0.0.0.0', prot: 1 },
      redis: { url: `redis://127.0.0.1:${counter.port}` },
      database: { url: `postgres://127.0.0.1:${counter.port}/x` },
      workers: { heartbeatInterval: '10s', offlineAfter: '11s' },
      projects: [broken],
    };
    for (const args of [[], ['--check']]) {
      const running = await house.start({ args, settings, environment: { TAMMA_CAPABILITIES: 'telepathy' } });
      expect(await running.ended).to.deep.equal({ code: 2, signal: null });
      const complaints = running.complaints();
      for (const complaint of [
        /^9 problems in the configuration:\n/,
        /TAMMA_CAPABILITIES.*telepathy/,
        /server\.prot: is not a known setting\n {4}Did you mean "port"\?/,
        /server\.host: without tokens it listens on loopback only/,
        /workers\.offlineAfter: expected at least twice workers\.heartbeatInterval/,
        /projects\[0\]\.eligibility\.labelsExcluded: "go" is both required and excluded/,
        /template .*broken\.yaml: phases\[0\]\.steps\[0\]\.capability/,
        /template .*broken\.yaml: phases\[0\]\.steps\[2\]\.handler: there is no handler "deploy-to-moon"/,
        /"issue-intake" needs "clarification", which runs after it, a cycle/,
        /projects\[0\]\.repository: .*absent\.git/,
      ]) {
        expect(complaints).to.match(complaint);
      }
      expect(running.output()).to.equal('');
      expectNoInside(running);
    }
    expect(counter.calls()).to.equal(0);
  });

  it('says what is set up with --check when all is sound, and starts nothing', async () => {
    await using house = await openHouse();
    await using counter = await startCounter();
    const settings = {
      redis: { url: `redis://127.0.0.1:${counter.port}` },
      database: { url: `postgres://127.0.0.1:${counter.port}/x` },
    };
    const running = await house.start({ args: ['--check'], settings });
    expect(await running.ended).to.deep.equal({ code: 0, signal: null });
    expect(running.complaints()).to.equal('');
    expect(running.output()).to.match(
      /^\S+: local \S+, issues with "tamma" into main by issue-to-pr \(14 steps\), as tamma\n$/,
    );
    expect(counter.calls()).to.equal(0);
  });

  it('says with --check which agents would not answer, and why, and shows no key', async () => {
    await using house = await openHouse();
    const agents = {
      claude: { provider: 'anthropic' },
      // Nothing listens there.
      local: { provider: 'openai', model: 'qwen', baseUrl: 'http://127.0.0.1:1/v1', keyVariable: 'TILL_KEY' },
      cli: { provider: 'command', command: ['no-such-agent'] },
    };
    const projects = [{ ...house.project, ai: { agents } }];
    // With a token: a coding program on an API without any is refused before agents are asked.
    const environment = { TILL_KEY: PASSWORD, TAMMA_TOKEN: `${PASSWORD}-of-owner` };
    const running = await house.start({ args: ['--check'], settings: { projects }, environment });
    expect(await running.ended).to.deep.equal({ code: 2, signal: null });
    expect(running.complaints())
      .to.match(/projects\[0\]\.ai\.agents\.claude: ANTHROPIC_API_KEY is not set\n {4}Set ANTHROPIC_API_KEY/)
      .and.match(/projects\[0\]\.ai\.agents\.local: .*127\.0\.0\.1:1/)
      .and.match(/projects\[0\]\.ai\.agents\.cli: there is no program "no-such-agent" on PATH/);
    expectNoInside(running);
  });
});

describe('orchestrator process with tokens', () => {
  const token = `${PASSWORD}-of-ann`;

  it('listens anywhere, and asks everybody for one', async () => {
    await using house = await openHouse();
    await writeFile(join(house.folder, 'tokens'), `ann:viewer:${token}\n`);
    const environment = { HOST: '0.0.0.0', TAMMA_TOKENS_FILE: 'tokens' };
    const running = await house.start({ environment });
    await running.isUp();
    expect((await running.ask('/api/v1/workflows')).status).to.equal(401);
    const headers = { authorization: `Bearer ${token}`, host: 'tamma.example.org' };
    const session = await running.ask('/api/v1/session', { headers });
    expect(JSON.parse(session.text)).to.deep.equal({
      name: 'ann',
      roles: ['viewer'],
      authentication: 'token',
    });
    expect((await running.ask('/admin/queues/api/queues', { headers })).status).to.equal(200);
    expect((await running.ask('/health/ready')).status).to.equal(200);
    expect(running.output(), 'told in no log line and no event').to.not.contain(PASSWORD);
    const started = (await readLog(house)).find(({ type }) => type === 'ORCHESTRATOR.STARTED.SUCCESS');
    expect(JSON.stringify(started)).to.not.contain(PASSWORD);
    running.kill('SIGTERM');
    expect(await running.ended).to.deep.equal({ code: 0, signal: null });
  });

  it('exits with 2 when they will not do, says all that is wrong, and shows none of it', async () => {
    await using house = await openHouse();
    const environment = {
      HOST: '0.0.0.0',
      TAMMA_TOKENS: `ann:boss:${token},bob:viewer:${PASSWORD},carol:viewer:${PASSWORD},x`,
      TAMMA_TOKEN: 'hunter2',
      TAMMA_TOKEN_FILE: 'nowhere',
    };
    const running = await house.start({ environment });
    expect(await running.ended).to.deep.equal({ code: 2, signal: null });
    const complaints = running.complaints();
    expect(complaints).to.match(/^4 problems in the configuration:\n/);
    expect(complaints)
      .to.contain('TAMMA_TOKENS: entry 1: has a role that is none of viewer, operator, approver')
      .and.contain('TAMMA_TOKENS: entry 4: is not of the form name:role:token')
      .and.contain('TAMMA_TOKENS: entry 3 has the token of entry 2 again')
      .and.contain('TAMMA_TOKEN_FILE: is set, and so is TAMMA_TOKEN')
      .and.not.contain('hunter2');
  });
});

describe('orchestrator process with servers that will not do', () => {
  it('exits with 1 when Redis does not answer', async () => {
    await using house = await openHouse();
    const url = `redis://tamma:${PASSWORD}@127.0.0.1:${CLOSED_PORT}`;
    const running = await house.start({ settings: { redis: { url } } });
    expect(await running.ended).to.deep.equal({ code: 1, signal: null });
    expect(running.complaints()).to.match(
      /^orchestrator: Redis at 127\.0\.0\.1:1 does not answer after 3 tries: .*ECONNREFUSED.*\n {2}start Redis/,
    );
    expect(running.output()).to.contain('"msg":"orchestrator could not start"');
    expectNoInside(running);
  });

  it('exits with 1 when Redis would throw work away', async () => {
    await using house = await openHouse();
    await using stack = new AsyncDisposableStack();
    const request = { home: house.folder, environment: process.env };
    const server = stack.adopt(await startRedis(request), (one) => one.stop());
    const redis = stack.adopt(new Redis(server.url), (one) => one.disconnect());
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const running = await house.start({ settings: { redis: { url: server.url } } });
    expect(await running.ended).to.deep.equal({ code: 1, signal: null });
    expect(running.complaints()).to.match(/maxmemory-policy allkeys-lru and would throw away queued work/);
    expect(running.complaints()).to.contain('set "maxmemory-policy noeviction"');
    expect(running.output() + running.complaints()).to.not.contain(new URL(server.url).password);
  });

  it('tries PostgreSQL three times, then exits with 1', async () => {
    await using house = await openHouse();
    await using counter = await startCounter();
    const url = `postgres://tamma:${PASSWORD}@127.0.0.1:${counter.port}/tamma`;
    const running = await house.start({ settings: { database: { url } } });
    expect(await running.ended).to.deep.equal({ code: 1, signal: null });
    expect(counter.calls()).to.equal(3);
    expect(running.complaints()).to.match(/^orchestrator: PostgreSQL at 127\.0\.0\.1:\d+ does not answer/);
    expectNoInside(running);
  });

  it('exits with 1 when the schema is not ours, and leaves it as it is', async () => {
    await using house = await openHouse('new');
    await runStatement(house.databaseUrl, 'create schema tamma create table stranger (id integer)');
    const running = await house.start();
    expect(await running.ended).to.deep.equal({ code: 1, signal: null });
    expect(running.complaints()).to.contain('tables that Tamma did not make (stranger)');
    expectNoInside(running);
    await runStatement(house.databaseUrl, 'drop table tamma.stranger');
    await runStatement(house.databaseUrl, 'drop schema tamma');
  });

  it('exits with 1 when its port is taken, tells the log, and leads nobody', async () => {
    await using house = await openHouse();
    await using counter = await startCounter();
    const running = await house.start({ environment: { PORT: String(counter.port) } });
    expect(await running.ended).to.deep.equal({ code: 1, signal: null });
    expect(running.complaints())
      .to.contain(`port ${counter.port} on 127.0.0.1 is taken`)
      .and.to.contain('PORT');
    const told = await readLog(house);
    expect(told.map(({ type }) => type)).to.deep.equal([
      'ORCHESTRATOR.STARTED.FAILED',
      'ORCHESTRATOR.STARTUP.FAILED',
    ]);
    for (const { data } of told) expect(data).to.have.nested.property('error.code', 'PORT_TAKEN');
    const store = await openStore({ url: house.databaseUrl, poolMax: 1 });
    expect(await store.lease.acquire('test', 1000), 'nobody has led').to.equal(1);
    await store.close();
  });
});

describe('orchestrator process', () => {
  it('tells that it is up, drains at SIGTERM, and leaves the lead to the next one at once', async () => {
    await using house = await openHouse('new');
    await house.addIssue(1);
    const first = await house.start();
    await first.isUp();
    expect((await first.ask('/health/ready')).status).to.equal(200);
    await eventually('it leads', async () => (await termOf(first)) === 1);
    expect(await typesTold(house)).to.deep.equal([
      'ORCHESTRATOR.STARTED.SUCCESS',
      'ORCHESTRATOR.STARTUP.COMPLETE',
    ]);
    const [started] = await readLog(house);
    expect(started?.data).to.have.deep.property('config').that.includes({ 'redis.prefix': house.prefix });
    await eventually('the workflow runs', async () => {
      return (await first.ask('/api/v1/workflows/demo-1.r1')).text.includes('"status":"running"');
    });
    first.kill('SIGTERM');
    expect(await first.ended).to.deep.equal({ code: 0, signal: null });
    expect((await typesTold(house)).slice(2)).to.deep.equal([
      'ORCHESTRATOR.STOPPED.SUCCESS',
      'ORCHESTRATOR.SHUTDOWN.COMPLETE',
    ]);
    expect(first.output()).to.contain('"msg":"orchestrator stopped"');
    expect(first.complaints()).to.equal('');
    await using stack = new AsyncDisposableStack();
    const store = stack.adopt(await openStore({ url: house.databaseUrl, poolMax: 1 }), (one) => one.close());
    expect(await store.lease.acquire('test', LEASE_MS), 'the lease need not run out').to.equal(2);
    await store.lease.release('test', 2);

    const second = await house.start();
    await second.isUp();
    await eventually('the second leads', async () => (await termOf(second)) === 3);
    await eventually('the end of the first is on record', async () => {
      return (await second.ask('/api/v1/events?type=ORCHESTRATOR.SHUTDOWN.COMPLETE')).text.includes(
        'uptimeMs',
      );
    });
  });

  it('gives the lead to one that waits for it, within about a second', async () => {
    await using house = await openHouse();
    const first = await house.start();
    await first.isUp();
    await eventually('the first leads', async () => (await termOf(first)) === 1);
    const second = await house.start();
    await second.isUp();
    first.kill('SIGTERM');
    const signaledAt = performance.now();
    await eventually('the second leads', async () => (await termOf(second)) === 2);
    const passedMs = performance.now() - signaledAt;
    expect(await first.ended).to.deep.equal({ code: 0, signal: null });
    // What such processes take on a busy machine is left to it; a lease that has to run out takes seven to ten seconds.
    expect(passedMs).to.be.below(6000);
  });

  it('ends at SIGTERM also while Redis and PostgreSQL are away', async () => {
    await using house = await openHouse();
    await using redis = await startProxy(testServers().redisUrl);
    await using database = await startProxy(house.databaseUrl);
    const settings = {
      redis: { url: redis.url, prefix: house.prefix },
      database: { url: database.url },
    };
    const running = await house.start({ settings });
    await running.isUp();
    await eventually('it leads', async () => (await termOf(running)) === 1);
    redis.set('cut');
    database.set('cut');
    await eventually('it sees it', async () => (await running.ask('/health/ready')).status === 503);
    expect((await running.ask('/health/live')).status).to.equal(200);
    const signaledAt = performance.now();
    running.kill('SIGTERM');
    const { signal } = await running.ended;
    expect(signal).to.equal(null);
    // What would wait for one of them would wait without end.
    expect(performance.now() - signaledAt).to.be.below(40_000);
    expect(running.complaints()).to.equal('');
  });

  it('that was killed is followed within 15 s by another one, which finishes what it began', async () => {
    await using house = await openHouse();
    const count = 40;
    const settings = { workflow: { maxConcurrent: 1000 }, intake: { pollInterval: '1s' } };
    await using stack = new AsyncDisposableStack();
    const store = stack.adopt(await openStore({ url: house.databaseUrl, poolMax: 2 }), (one) => one.close());
    const first = await house.start({ settings });
    await first.isUp();
    await eventually('the first leads', async () => (await termOf(first)) === 1);
    // There before the other dies: how long a process takes to start is not what is asked about.
    const second = await house.start({ settings });
    await second.isUp();
    for (let number = 1; number <= count; number += 1) await house.addIssue(number);
    await eventually('it is in the middle of it', async () => {
      const claims = await store.claims.listOpen('demo');
      return claims.length > 3 && claims.length < count;
    });
    first.kill('SIGKILL');
    const killedAt = performance.now();
    expect(await first.ended).to.deep.equal({ code: null, signal: 'SIGKILL' });
    expect(await store.lease.acquire('test', LEASE_MS), 'the lease of the killed one still holds').to.equal(
      null,
    );
    await eventually('the second leads', async () => (await termOf(second)) === 2);
    expect(performance.now() - killedAt).to.be.below(15_000);

    await eventually(
      'all are started',
      async () => (await store.claims.countStarted()).get('demo') === count,
    );
    const claims = await store.claims.listOpen('demo');
    expect(new Set(claims.map(({ issue }) => issue)).size).to.equal(count);
    const queue = stack.adopt(await openQueue(house.prefix), (one) => one.close());
    expect((await queue.counts()).git.waiting, 'one flow for each').to.equal(count);
    await eventually('all is on record', async () => {
      return (await store.reader.countWorkflows()).running === count;
    });
    const started = (await readLog(house)).filter(({ type }) => type === 'WORKFLOW.STARTED.SUCCESS');
    expect(started).to.have.length(count);
  });

  it('that was frozen steps down when it wakes up, and nothing is done twice', async () => {
    await using house = await openHouse();
    await house.addIssue(1);
    const first = await house.start();
    await first.isUp();
    await eventually('it leads', async () => (await termOf(first)) === 1);
    await using stack = new AsyncDisposableStack();
    const store = stack.adopt(await openStore({ url: house.databaseUrl, poolMax: 2 }), (one) => one.close());
    await eventually(
      'the first issue is taken',
      async () => (await store.claims.countStarted()).get('demo') === 1,
    );
    first.kill('SIGSTOP');
    await house.addIssue(2);
    const second = await house.start();
    await second.isUp();
    await eventually('the second leads', async () => (await termOf(second)) === 2);
    await eventually(
      'the second issue is taken',
      async () => (await store.claims.countStarted()).get('demo') === 2,
    );
    first.kill('SIGCONT');
    await eventually('the first steps down', async () => (await termOf(first)) === null);
    const queue = stack.adopt(await openQueue(house.prefix), (one) => one.close());
    expect((await queue.counts()).git.waiting).to.equal(2);
    await eventually('all is on record', async () => (await store.reader.countWorkflows()).running === 2);
    first.kill('SIGTERM');
    expect(await first.ended).to.deep.equal({ code: 0, signal: null });
    expect(await termOf(second), 'it did not take the lease with it').to.equal(2);
  });
});
