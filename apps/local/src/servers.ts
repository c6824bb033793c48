import { type ServerHandle, startPostgres, startRedis } from '@tamma/servers';

export interface ServersRequest {
  readonly home: string;
  /** Addresses given from outside; what is absent is started here. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onNote: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Servers {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts what is not given. When one fails, the other is stopped and the first reason is thrown. */
export async function startServers(request: ServersRequest): Promise<Servers> {
  const { redisUrl, databaseUrl, home, environment, onNote, signal } = request;
  const options = { home, environment, onNote, signal };
  const started = await Promise.allSettled([
    redisUrl === undefined ? startRedis(options) : null,
    databaseUrl === undefined ? startPostgres(options) : null,
  ]);
  const handles = started.flatMap((one) =>
    one.status === 'fulfilled' && one.value !== null ? [one.value] : [],
  );
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stopAll(handles);
    throw failed.reason;
  }
  const urlOf = (name: ServerHandle['name']) => handles.find((handle) => handle.name === name)?.url ?? '';
  return {
    redisUrl: redisUrl ?? urlOf('redis'),
    databaseUrl: databaseUrl ?? urlOf('postgres'),
    stop: () => stopAll(handles),
  };
}

async function stopAll(handles: readonly ServerHandle[]): Promise<void> {
  await Promise.all(handles.map((handle) => handle.stop()));
}
