import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivate } from '../secret.ts';
import type { RedisVersion } from './program.ts';

/** Writes `redis.conf`, readable by its owner only: it holds the password, which must not be on a command line. */
export async function writeConfigFile(
  folder: string,
  password: string,
  version: RedisVersion,
): Promise<void> {
  const draft = join(folder, `redis.conf.${randomUUID()}`);
  try {
    await writePrivate(draft, configOf(password, version));
    await rename(draft, join(folder, 'redis.conf'));
  } finally {
    await rm(draft, { force: true });
  }
}

/** The port comes on the command line, the folder is the working directory. */
export function configOf(password: string, version: RedisVersion): string {
  const listEntries = version.major >= 7 ? 'hash-max-listpack-value' : 'hash-max-ziplist-value';
  const lines = [
    'bind 127.0.0.1',
    'protected-mode yes',
    `requirepass ${password}`,
    'daemonize no',
    'appendonly yes',
    'appendfsync everysec',
    // The append-only file is the whole truth; snapshots would only cost forks.
    'save ""',
    // A queue that loses keys under pressure would lose work.
    'maxmemory-policy noeviction',
    // Workflow hashes hold one field per step; short ones stay compact up to this length.
    `${listEntries} 256`,
  ];
  return `${lines.join('\n')}\n`;
}
