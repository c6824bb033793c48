import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import type { Surroundings } from '../surroundings.ts';
import { describeVersion, isRecentEnough, parseVersion, type RedisProgram } from './program.ts';

/** Either a program, or why this source has none. */
export type Found = { readonly program: RedisProgram } | { readonly reason: string };

const SERVER_NAMES = ['redis-server', 'valkey-server'];
const VERSION_TIMEOUT_MS = 10_000;

export async function findInstalled(surroundings: Surroundings): Promise<Found> {
  const reasons: string[] = [];
  for (const name of SERVER_NAMES) {
    const path = await findOnPath(name, surroundings.environment);
    if (path === undefined) {
      reasons.push(`${name} is not on PATH`);
      continue;
    }
    const found = await programAt(path, surroundings);
    if ('program' in found) return found;
    reasons.push(found.reason);
  }
  return { reason: reasons.join(', ') };
}

/** The server at this path, when it runs and is not too old. */
export async function programAt(
  path: string,
  surroundings: Surroundings,
  extra: Readonly<Record<string, string>> = {},
): Promise<Found> {
  const environment = { ...surroundings.environment, ...extra };
  const { signal } = surroundings;
  const outcome = await runCommand([path, '--version'], {
    environment,
    signal,
    timeoutMs: VERSION_TIMEOUT_MS,
  });
  if (outcome.exitCode !== 0) return { reason: `${path} does not run: ${outcome.complaint}` };
  const version = parseVersion(outcome.stdout);
  if (version === undefined) return { reason: `${path} is neither Redis nor Valkey` };
  if (!isRecentEnough(version)) return { reason: `${path} is ${describeVersion(version)}, too old` };
  const description = `${describeVersion(version)} at ${path}`;
  const commandLine = (_folder: string, port: number) => [path, 'redis.conf', '--port', String(port)];
  return { program: { description, version, environment: extra, commandLine } };
}

/** Where a shell with these variables would find the command. */
export async function findOnPath(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  for (const folder of (environment.PATH ?? '').split(':')) {
    const path = join(folder, name);
    if (folder.startsWith('/') && (await isExecutable(path))) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not ours to run: both mean "look further".
    return false;
  }
}
