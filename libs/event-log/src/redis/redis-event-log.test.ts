import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { EVENT_FIELD, redisKeysOf } from '@tamma/contracts';
import { buildEvent } from '@tamma/domain/testing';
import { eventually, testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { describeEventLog, type EventLogHarness } from '../contract.ts';
import { type EventConsumer, LOG_START } from '../event-log.ts';
import { createRedisEventLog } from './index.ts';

const BRIEF = { max: 100, waitMs: 20 };
const BLOCKED_NAME = uniqueName('cut');
const PATIENT = { max: 100, waitMs: 5000 };

interface RedisHarness extends EventLogHarness {
  readonly redis: Redis;
  readonly stream: string;
}

async function open(): Promise<RedisHarness> {
  const redis = new Redis(testServers().redisUrl);
  const keys = redisKeysOf(uniqueName());
  const log = createRedisEventLog({ redis, keys });
  return {
    redis,
    stream: keys.events,
    log,
    appendText: async (text) => {
      await redis.xadd(keys.events, '*', EVENT_FIELD, text);
    },
    [Symbol.asyncDispose]: async () => {
      await log.close();
      await redis.del(keys.events);
      await redis.quit();
    },
  };
}

function build(count: number) {
  return Array.from({ length: count }, () => buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'shutdown' }));
}

async function idsFrom(consumer: EventConsumer, request = PATIENT): Promise<string[]> {
  const entries = await consumer.next(request);
  return entries.map((entry) => ('event' in entry ? entry.event.id : `malformed: ${entry.reason}`));
}

/** Cuts the connection on which a consumer of this stream is blocked, as a network would. */
async function cutBlockedReader(redis: Redis): Promise<void> {
  await eventually('a reader is blocked', async () => {
    const list = String(await redis.client('LIST'));
    const blocked = list
      .split('\n')
      .find((line) => / flags=\S*b/.test(line) && line.includes(`name=${BLOCKED_NAME} `));
    const id = blocked?.match(/\bid=(\d+)/)?.[1];
    return id !== undefined && (await redis.client('KILL', 'ID', id));
  });
}

interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Muted, nothing passes and nothing is closed. */
  mute(isMuted: boolean): void;
}

async function startProxy(target: URL): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let isMuted = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => !isMuted && to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mute: (value) => {
      isMuted = value;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

describeEventLog('event log in Redis', open);

describe('event log in Redis', () => {
  it('keeps large appends of two processes apart', async () => {
    await using harness = await open();
    const other = harness.redis.duplicate();
    const logs = [
      harness.log,
      createRedisEventLog({ redis: other, keys: { ...redisKeysOf('x'), events: harness.stream } }),
    ];
    const why = 'x'.repeat(30_000);
    const batches = Array.from({ length: 8 }, (_, batch) =>
      Array.from({ length: 20 }, () =>
        buildEvent('TASK.INTERRUPTED.SUCCESS', { why }, { tags: { batch: String(batch) } }),
      ),
    );
    await Promise.all(batches.map((batch, index) => logs[index % 2]?.append(batch)));
    const entries = await harness.log.readAfter(LOG_START, 1000);
    const order = entries.map((entry) => ('event' in entry ? entry.event.tags.batch : undefined));
    expect(order).to.have.length(160);
    const changes = order.filter((batch, index) => batch !== order[index - 1]);
    expect(changes, 'each batch in one piece').to.have.length(8);
    await other.quit();
  });

  it('begins again when the stream was lost while it waited', async () => {
    await using harness = await open();
    const consumer = await harness.log.consumer('recorder');
    await harness.log.append(build(2));
    expect(await idsFrom(consumer)).to.have.length(2);
    const waiting = idsFrom(consumer);
    await harness.redis.del(harness.stream);
    const events = build(2);
    await harness.log.append(events);
    const ids = await waiting;
    const all = ids.length < 2 ? [...ids, ...(await idsFrom(consumer))] : ids;
    expect(all).to.deep.equal(events.map((event) => event.id));
  });

  it('begins again when the stream was lost between two reads', async () => {
    await using harness = await open();
    const consumer = await harness.log.consumer('recorder');
    await harness.log.append(build(2));
    expect(await idsFrom(consumer)).to.have.length(2);
    await harness.redis.del(harness.stream);
    expect(await consumer.lag()).to.equal(0);
    expect(await consumer.trimTo('1-0')).to.equal(0);
    const events = build(3);
    await harness.log.append(events);
    expect(await consumer.lag()).to.equal(3);
    expect(await idsFrom(consumer)).to.deep.equal(events.map((event) => event.id));
  });

  it('delivers again, in order, after its connection was cut', async () => {
    await using harness = await open();
    const redis = harness.redis.duplicate({ connectionName: BLOCKED_NAME });
    const log = createRedisEventLog({ redis, keys: { ...redisKeysOf('x'), events: harness.stream } });
    const consumer = await log.consumer('recorder');
    const events = build(4);
    await log.append(events.slice(0, 2));
    expect(await idsFrom(consumer)).to.have.length(2);
    const waiting = consumer.next(PATIENT).catch((error: unknown) => error);
    await cutBlockedReader(harness.redis);
    expect(await waiting).to.include({ code: 'EVENT_LOG_UNREACHABLE', class: 'network' });
    await log.append(events.slice(2));
    const ids = [...(await idsFrom(consumer)), ...(await idsFrom(consumer))];
    expect(ids).to.deep.equal(events.map((event) => event.id));
    await log.close();
    await redis.quit();
  });

  it('delivers what a twin was given and never acknowledged', async () => {
    await using harness = await open();
    const leader = await harness.log.consumer('recorder');
    const frozen = await harness.log.consumer('recorder');
    expect(await idsFrom(leader, BRIEF)).to.deep.equal([]);
    const events = build(2);
    await harness.log.append(events);
    expect(await idsFrom(frozen)).to.have.length(2);
    const ids = [...(await idsFrom(leader, BRIEF)), ...(await idsFrom(leader, BRIEF))];
    expect(ids).to.deep.equal(events.map((event) => event.id));
    expect(await leader.lag()).to.equal(2);
  });

  it('shows an entry that was deleted before it was acknowledged', async () => {
    await using harness = await open();
    await harness.log.append(build(2));
    const first = await harness.log.consumer('recorder');
    const [entry] = await first.next(PATIENT);
    await first.close();
    await harness.redis.xdel(harness.stream, entry?.offset ?? '');
    const second = await harness.log.consumer('recorder');
    const [gone] = await second.next(PATIENT);
    expect(gone).to.deep.equal({
      offset: entry?.offset,
      malformed: '',
      reason: 'it was deleted before it was acknowledged',
    });
  });

  it('hands on an entry without the field of ours', async () => {
    await using harness = await open();
    await harness.redis.xadd(harness.stream, '*', 'other', 'value');
    const [entry] = await harness.log.readAfter(LOG_START, 1);
    expect(entry).to.include({ malformed: '["other","value"]', reason: 'it has no field "event"' });
  });

  it('counts what is to be delivered even where Redis cannot tell', async () => {
    await using harness = await open();
    const consumer = await harness.log.consumer('recorder');
    await harness.log.append(build(1500));
    const [first] = await consumer.next({ max: 1, waitMs: 100 });
    const middle = (await harness.log.readAfter(LOG_START, 1000)).at(-1);
    await harness.redis.xgroup('SETID', harness.stream, 'recorder', first?.offset ?? '');
    await harness.redis.xdel(harness.stream, middle?.offset ?? '');
    const groups = await harness.redis.xinfo('GROUPS', harness.stream);
    expect(JSON.stringify(groups), 'what Redis says').to.contain('"lag",null');
    expect(await consumer.lag()).to.equal(1499);
  });

  it('says where the trouble is when Redis refuses', async () => {
    await using harness = await open();
    await harness.redis.set(harness.stream, 'not a stream');
    const error = await harness.log.append(build(1)).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'EVENT_LOG_REFUSED', class: 'system' });
    const consumer = await harness.log.consumer('recorder').catch((thrown: unknown) => thrown);
    expect(consumer).to.include({ code: 'EVENT_LOG_REFUSED' });
  });

  it('gives up on a connection that fell silent, and reads on over a new one', async () => {
    await using harness = await open();
    await using proxy = await startProxy(new URL(testServers().redisUrl));
    const redis = harness.redis.duplicate({ host: '127.0.0.1', port: proxy.port });
    const log = createRedisEventLog({
      redis,
      keys: { ...redisKeysOf('x'), events: harness.stream },
      // Redis itself ends a blocked read up to 100 ms late.
      readGraceMs: 400,
    });
    const consumer = await log.consumer('recorder');
    expect(await idsFrom(consumer, BRIEF)).to.deep.equal([]);
    proxy.mute(true);
    const error = await consumer.next(BRIEF).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'EVENT_LOG_UNREACHABLE', class: 'network' });
    proxy.mute(false);
    const events = build(2);
    await harness.log.append(events);
    expect(await idsFrom(consumer)).to.deep.equal(events.map((event) => event.id));
    await log.close();
    redis.disconnect();
  });

  it('lets a tail give up on a connection that fell silent, and read on over a new one', async () => {
    await using harness = await open();
    await using proxy = await startProxy(new URL(testServers().redisUrl));
    const redis = harness.redis.duplicate({ host: '127.0.0.1', port: proxy.port });
    const keys = { ...redisKeysOf('x'), events: harness.stream };
    const log = createRedisEventLog({ redis, keys, readGraceMs: 400 });
    const tail = log.tail();
    expect(await tail.next(LOG_START, BRIEF)).to.deep.equal([]);
    proxy.mute(true);
    const error = await tail.next(LOG_START, BRIEF).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'EVENT_LOG_UNREACHABLE', class: 'network' });
    proxy.mute(false);
    await harness.log.append(build(2));
    expect(await tail.next(LOG_START, PATIENT)).to.have.length(2);
    await log.close();
    redis.disconnect();
  });

  it('gives up on a server that accepts a connection and never answers the greeting', async () => {
    await using harness = await open();
    await using proxy = await startProxy(new URL(testServers().redisUrl));
    const redis = harness.redis.duplicate({ host: '127.0.0.1', port: proxy.port });
    const keys = { ...redisKeysOf('x'), events: harness.stream };
    const log = createRedisEventLog({ redis, keys, readGraceMs: 400 });
    const consumer = await log.consumer('recorder');
    // The consumer's own connection is made with its first read.
    proxy.mute(true);
    const error = await consumer.next(BRIEF).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'EVENT_LOG_UNREACHABLE', class: 'network' });
    proxy.mute(false);
    const events = build(1);
    await harness.log.append(events);
    expect(await idsFrom(consumer)).to.deep.equal(events.map((event) => event.id));
    await log.close();
    redis.disconnect();
  });

  it('says so when the server is not there', async () => {
    const redis = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => {
      // Expected: nothing listens on that port.
    });
    const log = createRedisEventLog({ redis, keys: redisKeysOf('x') });
    const error = await log.lastOffset().catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'EVENT_LOG_UNREACHABLE', class: 'network' });
  });
});
