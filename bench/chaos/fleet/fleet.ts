import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPostgres, startRedis } from '@tamma/servers';
import { WITNESS_VARIABLE } from '../witness/line.ts';
import { freePort } from './free-port.ts';
import type { Member } from './member.ts';
import { type ProductProcess, startProcess } from './product-process.ts';
import { keepServer, type Server } from './server.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const HOOK = new URL('../witness/hook.ts', import.meta.url).href;
const ENTRIES = {
  worker: path('../../../apps/worker/src/main.ts'),
  orchestrator: path('../../../apps/orchestrator/src/main.ts'),
} as const;
/** Shared by all runs, so that only the first one downloads. */
const PROGRAMS = path('../../../node_modules/.cache/tamma/servers');
/** What Node made of the sources, shared by the processes: they start often. */
const COMPILE_CACHE = path('../../../node_modules/.cache/tamma/compiled');

export interface FleetRequest {
  readonly folder: string;
  readonly configFile: string;
  readonly witnessFile: string;
  readonly workers: number;
  readonly orchestrators: number;
  readonly searchPath: string;
  /** `TAMMA_CONCURRENCY` of each worker. */
  readonly concurrency: number;
  readonly onOwnEnd: (name: string, how: string) => void;
}

export interface Orchestrator extends ProductProcess {
  readonly baseUrl: string;
}

export interface Fleet {
  readonly redis: Server;
  readonly postgres: Server;
  readonly workers: readonly ProductProcess[];
  readonly orchestrators: readonly Orchestrator[];
  /** Everything that can be hit. */
  readonly members: readonly Member[];
  stopWorkers(): Promise<void>;
  /** Workers first, while orchestrators still record; servers last. */
  stop(): Promise<void>;
}

/** The whole product as real processes: Redis, PostgreSQL, orchestrators and workers with a witness inside. */
export async function startFleet(request: FleetRequest): Promise<Fleet> {
  await mkdir(join(request.folder, 'logs'), { recursive: true });
  await using started = new AsyncDisposableStack();
  const environment = { PATH: request.searchPath };
  const server = { home: join(request.folder, 'servers'), environment, programsFolder: PROGRAMS };
  const redis = await keepServer('redis', (preferredPort) => startRedis({ ...server, preferredPort }));
  started.defer(redis.stop);
  const postgres = await keepServer('postgres', (preferredPort) =>
    startPostgres({ ...server, preferredPort }),
  );
  started.defer(postgres.stop);
  const urls = { redis: redis.url, postgres: postgres.url };
  const orchestrators: Orchestrator[] = [];
  for (let i = 1; i <= request.orchestrators; i += 1) {
    orchestrators.push(startOrchestrator(request, { number: i, urls, port: await freePort() }));
  }
  const workers = Array.from({ length: request.workers }, (_, i) =>
    startWorker(request, { number: i + 1, urls, port: 0 }),
  );
  const servers = started.move();
  const stopWorkers = async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
  };
  return {
    redis,
    postgres,
    workers,
    orchestrators,
    members: [...workers, ...orchestrators, redis, postgres],
    stopWorkers,
    stop: async () => {
      await stopWorkers();
      await Promise.all(orchestrators.map((orchestrator) => orchestrator.stop()));
      await servers.disposeAsync();
    },
  };
}

interface Place {
  readonly number: number;
  readonly urls: { readonly redis: string; readonly postgres: string };
  readonly port: number;
}

function startOrchestrator(request: FleetRequest, { number, urls, port }: Place): Orchestrator {
  const environment = { DATABASE_URL: urls.postgres, PORT: String(port) };
  const process = startOne(request, { kind: 'orchestrator', number, redisUrl: urls.redis, environment });
  return { ...process, baseUrl: `http://127.0.0.1:${port}` };
}

function startWorker(request: FleetRequest, { number, urls, port }: Place): ProductProcess {
  const environment = { TAMMA_WORKER_PORT: String(port), TAMMA_CONCURRENCY: String(request.concurrency) };
  return startOne(request, { kind: 'worker', number, redisUrl: urls.redis, environment });
}

interface Start {
  readonly kind: 'worker' | 'orchestrator';
  readonly number: number;
  readonly redisUrl: string;
  readonly environment: Readonly<Record<string, string>>;
}

function startOne(request: FleetRequest, { kind, number, redisUrl, environment }: Start): ProductProcess {
  const name = `${kind}-${number}`;
  return startProcess({
    name,
    kind,
    args: ['--import', HOOK, ENTRIES[kind]],
    folder: request.folder,
    environment: {
      PATH: request.searchPath,
      HOME: request.folder,
      TAMMA_HOME: join(request.folder, 'home'),
      TAMMA_CONFIG: request.configFile,
      REDIS_URL: redisUrl,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      [WITNESS_VARIABLE]: request.witnessFile,
      ...environment,
    },
    logPath: join(request.folder, 'logs', `${name}.log`),
    onOwnEnd: request.onOwnEnd,
  });
}
