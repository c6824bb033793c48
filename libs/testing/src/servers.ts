import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `tools/with-servers.mjs` has its programs from. */
const PROGRAMS = join(import.meta.dirname, '../../../node_modules/.cache/tamma/servers');

/** Addresses of the servers that `tools/with-servers.mjs` started for this test run. */
export interface TestServers {
  readonly redisUrl: string;
  readonly databaseUrl: string;
}

export function testServers(): TestServers {
  return {
    redisUrl: requireVariable('TAMMA_TEST_REDIS_URL'),
    databaseUrl: requireVariable('TAMMA_TEST_DATABASE_URL'),
  };
}

/** Gives a product that is to start its own servers what it would else download, where the test run had to download it. */
export async function bringPrograms(home: string): Promise<void> {
  const brought = join(PROGRAMS, 'redis');
  if (!existsSync(brought)) return;
  await mkdir(join(home, 'servers'), { recursive: true });
  await symlink(brought, join(home, 'servers/redis'));
}

/** A name no other test uses: for key prefixes, databases and folders. Starts with a letter, no dashes. */
export function uniqueName(stem = 'test'): string {
  return `${stem}${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: run the tests with "npm test", or "npm test -- <project>" for one project`,
    );
  }
  return value;
}
