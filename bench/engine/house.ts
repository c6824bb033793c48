import type { Store } from '@tamma/store';
import { openStore } from '@tamma/store/postgres';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { type CpuTimes, cpuTimeOf, ownCpuTimeOf, parentOf } from './cpu-time.ts';
import { database } from './defaults.ts';
import type { WatcherRequest, WorkerRequest } from './protocol.ts';
import { type Side, startSide } from './side.ts';

export interface ServerUrls {
  readonly redisUrl: string;
  /** Of a database whose owner may create others. */
  readonly databaseUrl: string;
}

/** The processes of the product beside this one, which is the orchestrator, and the servers they stand on. */
export interface House extends AsyncDisposable {
  readonly redisUrl: string;
  readonly redis: Redis;
  readonly store: Store;
  readonly sql: Client;
  readonly bareWorker: Side<WorkerRequest>;
  readonly worker: Side<WorkerRequest>;
  readonly watcher: Side<WatcherRequest>;
  cpuTimes(): Promise<CpuTimes>;
  /** Takes away all that a run left in Redis and in the record. */
  clear(prefix: string): Promise<void>;
}

const SCAN_COUNT = 2000;
const TABLES = [
  'claims',
  'events',
  'rejected_entries',
  'workflow_chains',
  'workflow_states',
  'workflow_state_history',
  'tasks',
  'artifacts',
];

export async function openHouse({ redisUrl, databaseUrl }: ServerUrls): Promise<House> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.adopt(new Redis(redisUrl), (one) => one.disconnect());
  redis.on('error', () => {
    // Its commands fail by themselves.
  });
  const url = stack.use(await createDatabase(databaseUrl)).url;
  const store = stack.adopt(await openStore({ url, poolMax: database.poolMax }), (one) => one.close());
  const sql = stack.adopt(new Client({ connectionString: url }), (one) => one.end());
  sql.on('error', () => {
    // Its statements fail by themselves; unheard, this would end the process before the servers are stopped.
  });
  await sql.connect();
  const worker = stack.use(startSide<WorkerRequest>('worker-process.ts'));
  const bareWorker = stack.use(startSide<WorkerRequest>('worker-process.ts'));
  const watcher = stack.use(startSide<WatcherRequest>('watcher-process.ts'));
  const redisPid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  const { rows } = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = await parentOf(rows[0]?.pid ?? 0);
  const owned = stack.move();
  return {
    redisUrl,
    redis,
    store,
    sql,
    worker,
    bareWorker,
    watcher,
    cpuTimes: async () => ({
      orchestrator: await ownCpuTimeOf(process.pid),
      worker: (await ownCpuTimeOf(worker.pid)) + (await ownCpuTimeOf(bareWorker.pid)),
      redis: await cpuTimeOf(redisPid),
      postgres: await cpuTimeOf(postmaster),
      watcher: await ownCpuTimeOf(watcher.pid),
    }),
    clear: async (prefix) => {
      await removeKeys(redis, prefix);
      await sql.query(`truncate ${TABLES.map((table) => `tamma.${table}`).join(', ')}`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', SCAN_COUNT);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}

async function createDatabase(serverUrl: string): Promise<AsyncDisposable & { readonly url: string }> {
  const name = `bench_${process.pid}_${Date.now()}`;
  await runOnServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runOnServer(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function runOnServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
