import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { bringUp } from '../lifecycle/bring-up.ts';
import { findRunning } from '../lifecycle/guard.ts';
import type { PreparedServer } from '../lifecycle/spec.ts';
import { requireSecret } from '../secret.ts';
import type { PostgresRequest, ServerHandle } from '../server.ts';
import { filesOf, type Surroundings, surroundingsOf } from '../surroundings.ts';
import { findPostgres } from './binaries.ts';
import { DATABASE_USER, ensureDataFolder, passwordFileOf } from './data-folder.ts';
import { livePostmaster, pidFileOf } from './pid-file.ts';
import { probePostgres } from './probe.ts';
import { chooseRunAs } from './run-as.ts';

/** Recovery after a crash takes time. */
const READY_WITHIN_MS = 60_000;

const OUR_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

/** The private PostgreSQL of this home: found running, or started on its kept data. */
export async function startPostgres(request: PostgresRequest): Promise<ServerHandle> {
  const surroundings = await surroundingsOf(request);
  const dataFolder = join(surroundings.home, 'postgres');
  return bringUp({
    name: 'postgres',
    title: 'PostgreSQL',
    files: filesOf(surroundings.home, 'postgres'),
    surroundings,
    readyWithinMs: READY_WITHIN_MS,
    prepare: () => prepare(dataFolder, request.settings ?? {}, surroundings),
    probe: (running) => probePostgres(dataFolder, running),
    url: async (port) => {
      const password = await requireSecret(passwordFileOf(dataFolder));
      return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
    },
  });
}

async function prepare(
  dataFolder: string,
  extra: Readonly<Record<string, string>>,
  surroundings: Surroundings,
): Promise<PreparedServer> {
  const binaries = await findPostgres(surroundings.programsFolder);
  const runAs = await chooseRunAs(dataFolder, surroundings);
  const settings = { ...OUR_SETTINGS, ...extra };
  const isDurable = extra.fsync !== 'off';
  await ensureDataFolder({ dataFolder, binaries, runAs, surroundings, isDurable });
  await requireSecret(passwordFileOf(dataFolder));
  await refuseStranger(dataFolder, surroundings);
  const command = [...runAs.prefix, binaries.postgres, '-D', dataFolder];
  return {
    commandLine: (port) => [
      ...freshStart(dataFolder),
      ...command,
      ...flagsOf({ ...settings, port: String(port) }),
    ],
    cwd: '/',
    environment: { ...surroundings.environment, ...binaries.environment },
  };
}

/** Under the lock no server of ours is left, so its pid file is stale even when a zombie or a stranger has the pid. */
function freshStart(dataFolder: string): readonly string[] {
  return ['sh', '-c', 'rm -f "$1" && shift && exec "$@"', 'sh', pidFileOf(dataFolder)];
}

function flagsOf(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A server that someone started by hand on our data does not hold our lock, and must keep its pid file. */
async function refuseStranger(dataFolder: string, { home, environment }: Surroundings): Promise<void> {
  const pid = await livePostmaster(dataFolder);
  if (pid === undefined) return;
  const ours = await findRunning(filesOf(home, 'postgres'), environment);
  if (ours?.identity.pid === pid) return;
  throw new TammaError(
    'POSTGRES_DATA_IN_USE',
    `a PostgreSQL that Tamma did not start (pid ${pid}) uses ${dataFolder}`,
    {
      class: 'conflict',
      remedy: `Stop it: kill -INT ${pid}`,
    },
  );
}
