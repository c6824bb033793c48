import { createServer } from 'node:http';
import { redisKeysOf } from '@tamma/contracts';
import { createLiveText } from '@tamma/coordination/redis';
import type { AnyEvent } from '@tamma/domain';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { closeServer, listen } from '@tamma/process';
import { openStore } from '@tamma/store/postgres';
import { borrowTestDatabase } from '@tamma/store/testing';
import { createLogger, createMetrics } from '@tamma/telemetry';
import { eventually, testServers, uniqueName } from '@tamma/testing';
import { Redis } from 'ioredis';
import type { Access } from '../../access.ts';
import { attachLive, type LiveDeps } from '../attach-live.ts';
import { type ClientOptions, connectClient, type LiveClient } from './live-client.ts';

const BATCH = 500;
export const VERSION = '1.2.3';

/** Whoever reaches it may come in. */
const OPEN_ACCESS: Access = { mode: 'none', identify: () => ({ name: 'local', roles: ['viewer'] }) };

export interface LiveSiteOptions
  extends Partial<Pick<LiveDeps, 'access' | 'origins' | 'limits' | 'reader' | 'now'>> {
  /** Where it finds Redis; the tests' own server unless given. */
  readonly redisUrl?: string;
  /** How much longer than asked a read of the log may take. */
  readonly readGraceMs?: number;
}

export type LiveSite = Awaited<ReturnType<typeof openLiveSite>>;

/** The real sockets on a real HTTP server, before real Redis and PostgreSQL. */
export async function openLiveSite(options: LiveSiteOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await borrowTestDatabase());
  const store = stack.adopt(await openStore({ url: database.url, poolMax: 4 }), (one) => one.close());
  const prefix = uniqueName('live');
  const keys = redisKeysOf(prefix);
  // What the test does itself goes straight to Redis, whatever lies between the site and Redis.
  const redis = stack.adopt(new Redis(testServers().redisUrl), (one) => one.disconnect());
  stack.defer(async () => void (await redis.del(keys.events, keys.liveText)));
  const eventLog = stack.adopt(createRedisEventLog({ redis, keys }), (one) => one.close());
  const recorder = await eventLog.consumer('recorder');
  const siteRedis = stack.adopt(openRedis(options.redisUrl), (one) => one.disconnect());
  const siteLog = stack.adopt(
    createRedisEventLog({ redis: siteRedis, keys, readGraceMs: options.readGraceMs ?? 5000 }),
    (one) => one.close(),
  );
  const liveText = stack.adopt(createLiveText({ redis: siteRedis, keys }), (one) => one.close());
  const siteRecorder = await siteLog.consumer('recorder');
  const lines: string[] = [];
  const metrics = createMetrics();
  const server = createServer((_request, response) => void response.writeHead(404).end());
  const live = attachLive(server, {
    access: options.access ?? OPEN_ACCESS,
    eventLog: siteLog,
    reader: options.reader ?? store.reader,
    settledOffset: () => siteRecorder.settledOffset(),
    liveText,
    logger: createLogger({
      name: 'test',
      level: 'debug',
      destination: { write: (line) => void lines.push(line) },
    }),
    metrics,
    version: VERSION,
    now: options.now ?? Date.now,
    origins: options.origins ?? [],
    limits: options.limits ?? {},
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'PORT' });
  stack.defer(() => closeServer(server));
  await live.start();
  stack.defer(() => live.stop());
  const clients: LiveClient[] = [];
  stack.defer(() => clients.forEach((client) => void client.close()));
  const term = (await store.lease.acquire('test', 600_000)) ?? 0;
  const owned = stack.move();

  /** Puts on record what the log holds, as the recorder does. */
  const record = async () => {
    while ((await recorder.lag()) > 0) {
      const entries = await recorder.next({ max: BATCH, waitMs: 10 });
      await store.writer.record({ term, entries, artifacts: [] });
      await recorder.acknowledge(entries.map(({ offset }) => offset));
    }
  };
  return {
    server,
    live,
    port,
    redis,
    keys,
    eventLog,
    liveText,
    store,
    metrics,
    /** Characters that clients were sent and have not taken yet. */
    unsent: async () => Number(/^tamma_live_unsent_characters (\d+)$/m.exec(await metrics.render())?.[1]),
    lines,
    /** Waits for a line in the log. */
    seen: (text: string) =>
      eventually(`the log says "${text}"`, () => lines.some((line) => line.includes(text))),
    record,
    append: (events: readonly AnyEvent[]) => eventLog.append(events),
    offsets: async () => (await eventLog.readAfter('0-0', 100_000)).map(({ offset }) => offset),
    /** Records everything, and takes it out of Redis up to a place. */
    trimTo: async (offset: string) => {
      await record();
      return recorder.trimTo(offset);
    },
    connect: async (client: ClientOptions = {}): Promise<LiveClient> => {
      const connected = connectClient(port, client);
      clients.push(connected);
      return connected;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function openRedis(url: string = testServers().redisUrl): Redis {
  // As the orchestrator connects.
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
  redis.on('error', () => {
    // Some tests take Redis away.
  });
  return redis;
}
