// What the containers of docker-compose.yml need before they start: the example project and their keys.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureExample } from '../apps/local/src/example.ts';
import { ensureSecret } from '../libs/servers/src/secret.ts';

const USAGE = 'prepare-containers <folder of projects> <keys of workers> <keys of the orchestrator>';
const EXIT_USAGE = 2;
const OWNER_ONLY = 0o600;
/** Redis and PostgreSQL run as users of their own, and see no other container's volume. */
const FOR_THE_SERVER = 0o644;

/**
 * @typedef {object} Places
 * @property {string} projects
 * @property {string} workerKeys what workers and Redis know
 * @property {string} orchestratorKeys what the orchestrator and PostgreSQL know
 */

/**
 * Makes what is missing and leaves alone what is there, so that it may run before every start.
 *
 * @param {Places} places
 * @param {{path: string, token?: string | undefined}} options `path`: value of PATH. `token`: the owner's; one is made
 *   up when none was ever given
 * @returns {Promise<string>} the example's configuration file
 */
export async function prepareContainers({ projects, workerKeys, orchestratorKeys }, { path, token = '' }) {
  await mkdir(workerKeys, { recursive: true });
  await mkdir(orchestratorKeys, { recursive: true });
  const redis = await ensureSecret(join(workerKeys, 'redis-password'));
  const postgres = await ensureSecret(join(orchestratorKeys, 'postgres-password'));
  await chmod(join(orchestratorKeys, 'postgres-password'), FOR_THE_SERVER);
  await replace(join(workerKeys, 'redis.conf'), `requirepass ${redis}\n`, FOR_THE_SERVER);

  const redisUrl = `REDIS_URL=redis://:${redis}@redis:6379\n`;
  const databaseUrl = `DATABASE_URL=postgres://tamma:${postgres}@postgres:5432/tamma\n`;
  await replace(join(workerKeys, '.env'), redisUrl, OWNER_ONLY);
  await replace(join(orchestratorKeys, '.env'), redisUrl + databaseUrl, OWNER_ONLY);
  await settleToken(join(orchestratorKeys, 'token'), token.trim());
  return ensureExample(projects, path);
}

/** One that was given counts until another is given. */
async function settleToken(file, given) {
  if (given !== '') await replace(file, `${given}\n`, OWNER_ONLY);
  else if (!existsSync(file)) await ensureSecret(file);
}

/** Whole or not at all: the container may be stopped at any moment. */
async function replace(file, text, mode) {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode, flag: 'wx' });
  await rename(draft, file);
}

if (process.argv[1] === import.meta.filename) {
  const [projects, workerKeys, orchestratorKeys, ...rest] = process.argv.slice(2);
  if (orchestratorKeys === undefined || rest.length > 0) {
    console.error(`usage: ${USAGE}`);
    process.exit(EXIT_USAGE);
  }
  const { PATH = '', TAMMA_TOKEN } = process.env;
  const example = await prepareContainers(
    { projects, workerKeys, orchestratorKeys },
    { path: PATH, token: TAMMA_TOKEN },
  );
  console.log(`the keys are made; the example's configuration is ${example}`);
}
