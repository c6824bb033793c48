import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ServerHandle } from '@tamma/servers';
import type { Member } from './member.ts';

const WATCH_MS = 50;
/** Starts that fail before it is given up: its port may be taken for a moment. */
const STARTS_MAX = 5;

export interface Server extends Member {
  readonly url: string;
  /** Rejects when it could not be started again. */
  readonly lost: Promise<never>;
}

/** A server that is started again on its data, at its address, whenever it dies. */
export async function keepServer(
  kind: 'redis' | 'postgres',
  start: (preferredPort?: number) => Promise<ServerHandle>,
): Promise<Server> {
  let handle: ServerHandle | null = await start();
  let isHit = false;
  const { url } = handle;
  const port = Number(new URL(url).port);
  const over = new AbortController();
  const { promise: lost, reject } = Promise.withResolvers<never>();

  const restart = async (): Promise<ServerHandle> => {
    for (let left = STARTS_MAX; ; left -= 1) {
      const again = await start(port);
      if (again.url === url) return again;
      await again.stop();
      if (left <= 1) throw new Error(`the port of ${kind} was taken by another process`);
    }
  };
  const watch = async () => {
    while (!over.signal.aborted) {
      await sleep(WATCH_MS, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted || handle === null) continue;
      if (await isAlive({ pid: handle.pid, startTime: handle.startedAt })) continue;
      handle = null;
      handle = await restart();
      isHit = false;
    }
  };
  const watched = watch().catch(reject);

  return {
    name: kind,
    kind,
    url,
    lost,
    target: () => (isHit ? null : (handle?.pid ?? null)),
    kill: () => {
      if (handle === null || isHit) return;
      isHit = true;
      process.kill(handle.pid, 'SIGKILL');
    },
    freeze: () => {
      throw new Error(`${kind} is never frozen`);
    },
    stop: async () => {
      over.abort();
      await watched;
      await handle?.stop();
    },
  };
}
