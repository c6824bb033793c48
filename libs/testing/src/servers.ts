import { randomUUID } from 'node:crypto';

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
