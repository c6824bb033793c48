import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, startPostgres, startRedis, stopServers } from '@tamma/servers';
import type { ServerUrls } from './house.ts';

const HOME_PREFIX = 'tamma-bench-';
/** Shared with test runs, so that only the first one downloads. */
const PROGRAMS = join(import.meta.dirname, '../../node_modules/.cache/tamma/servers');
/** As root PostgreSQL may run as another user, who must be able to pass through. */
const HOME_MODE = 0o711;

export interface Servers extends AsyncDisposable, ServerUrls {}

/** A Redis and a PostgreSQL of the bench's own, with the settings that the product gives them: nothing is relaxed. */
export async function startServers(
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Servers> {
  await removeLeftHomes();
  const home = await makeHome();
  const request = { home, environment, programsFolder: PROGRAMS };
  try {
    const redis = await startRedis({ ...request, signal });
    const postgres = await startPostgres({ ...request, signal });
    return {
      redisUrl: redis.url,
      databaseUrl: postgres.url,
      [Symbol.asyncDispose]: () => removeHome(home),
    };
  } catch (thrown) {
    await removeHome(home);
    throw thrown;
  }
}

/** The name tells whose home it is: pid and start time of this process. */
async function makeHome(): Promise<string> {
  const self = await identify(process.pid);
  const home = await mkdtemp(join(tmpdir(), `${HOME_PREFIX}${process.pid}-${self?.startTime}-`));
  await chmod(home, HOME_MODE);
  return home;
}

async function removeHome(home: string): Promise<void> {
  await stopServers({ home });
  await rm(home, { recursive: true, force: true });
}

/** Ends what runs left that were killed with SIGKILL. */
async function removeLeftHomes(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const match = new RegExp(`^${HOME_PREFIX}(\\d+)-(\\d+)-`).exec(name);
    const owner = { pid: Number(match?.[1]), startTime: match?.[2] ?? '' };
    if (match !== null && !(await isAlive(owner))) await removeHome(join(tmpdir(), name));
  }
}
