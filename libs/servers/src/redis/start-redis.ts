import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { codeOf } from '../error-code.ts';
import { bringUp } from '../lifecycle/bring-up.ts';
import type { PreparedServer } from '../lifecycle/spec.ts';
import { ensureSecret } from '../secret.ts';
import type { ServerHandle, StartRequest } from '../server.ts';
import { filesOf, type Surroundings, surroundingsOf } from '../surroundings.ts';
import { writeConfigFile } from './config-file.ts';
import { findRedis } from './find-redis.ts';
import { probeRedis } from './probe.ts';
import { describeVersion, type RedisVersion } from './program.ts';

/** Reading a long append-only file takes time. */
const READY_WITHIN_MS = 30_000;
const PRIVATE_FOLDER_MODE = 0o700;

/** The private Redis of this home: found running, or started on its kept data. */
export async function startRedis(request: StartRequest): Promise<ServerHandle> {
  const surroundings = await surroundingsOf(request);
  const password = await ensureSecret(join(surroundings.controlFolder, 'redis.password'));
  return bringUp({
    name: 'redis',
    title: 'Redis',
    files: filesOf(surroundings.home, 'redis'),
    surroundings,
    readyWithinMs: READY_WITHIN_MS,
    prepare: () => prepare(surroundings, password),
    probe: ({ port }) => probeRedis(port, password),
    url: async (port) => `redis://:${password}@127.0.0.1:${port}`,
  });
}

async function prepare(surroundings: Surroundings, password: string): Promise<PreparedServer> {
  const program = await findRedis(surroundings);
  surroundings.note(`using ${program.description}`);
  const folder = join(surroundings.home, 'redis');
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  await refuseOlder(folder, program.version);
  await writeConfigFile(folder, password, program.version);
  return {
    commandLine: (port) => program.commandLine(folder, port),
    cwd: folder,
    environment: { ...surroundings.environment, ...program.environment },
  };
}

/** Redis 6 does not look into the folder in which Redis 7 keeps its file, and would start empty without a word. */
async function refuseOlder(folder: string, version: RedisVersion): Promise<void> {
  if (version.major >= 7) return;
  const data = join(folder, 'appendonlydir');
  try {
    await access(data);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  throw new TammaError(
    'REDIS_TOO_OLD',
    `${data} was written by Redis 7 or later, found ${describeVersion(version)}`,
    {
      class: 'system',
      remedy: 'Install the newer Redis again, or move the folder away to start with empty queues.',
    },
  );
}
