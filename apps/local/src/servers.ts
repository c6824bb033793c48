import { TammaError } from '@tamma/domain';
import { createLoop, type Loop } from '@tamma/process';
import { isAlive, type ServerHandle, startPostgres, startRedis } from '@tamma/servers';
import { createRestartLimit } from './restart-limit.ts';

/** How often a private server is looked after. */
const WATCH_MS = 500;

export interface ServersRequest {
  readonly home: string;
  /** Addresses given from outside; what is absent is started here. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onNote: (line: string) => void;
  /** Told when a server is gone for good. */
  readonly onLost: (error: Error) => void;
  readonly signal: AbortSignal;
}

export interface Servers {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts what is not given, and starts it again when it dies. When one start fails, the other is stopped. */
export async function startServers(request: ServersRequest): Promise<Servers> {
  const { redisUrl, databaseUrl, home, environment, onNote, signal } = request;
  const options = { home, environment, onNote, signal };
  const started = await Promise.allSettled([
    redisUrl ?? keepServer((preferredPort) => startRedis({ ...options, preferredPort }), request),
    databaseUrl ?? keepServer((preferredPort) => startPostgres({ ...options, preferredPort }), request),
  ]);
  const values = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const kept = values.filter((value) => typeof value !== 'string');
  const stop = async () => {
    await Promise.all(kept.map((server) => server.stop()));
  };
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [redis = '', database = ''] = values.map((value) => (typeof value === 'string' ? value : value.url));
  return { redisUrl: redis, databaseUrl: database, stop };
}

interface KeptServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server that comes back at the same address: its clients reconnect by themselves. */
async function keepServer(
  start: (preferredPort?: number) => Promise<ServerHandle>,
  { onNote, onLost }: ServersRequest,
): Promise<KeptServer> {
  let handle = await start();
  const { url, name } = handle;
  const mayRestart = createRestartLimit();
  const watch: Loop = createLoop({
    name: `${name} watch`,
    intervalMs: WATCH_MS,
    runOnce: async () => {
      if (await isAlive({ pid: handle.pid, startTime: handle.startedAt })) return;
      if (!mayRestart()) throw lost(name, 'it ended too often');
      onNote(`${name} ended; starting it again`);
      handle = await start(Number(new URL(url).port));
      if (handle.url !== url) throw lost(name, 'its port was taken by another process meanwhile');
    },
    onError: onLost,
  });
  await watch.start();
  return {
    url,
    stop: async () => {
      await watch.stop();
      await handle.stop();
    },
  };
}

function lost(name: string, why: string): TammaError {
  return new TammaError('SERVER_LOST', `the private ${name} is gone: ${why}`, {
    class: 'system',
    remedy: 'read its log in the logs folder and start again; nothing that was recorded is lost',
  });
}
