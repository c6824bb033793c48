import { testServers, uniqueName } from '@tamma/testing';
import { Client } from 'pg';

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** An empty database of the test's own; dropped when disposed, with whatever is still connected to it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = uniqueName();
  await runOnServer(`create database "${name}"`);
  const url = new URL(testServers().databaseUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runOnServer(`drop database if exists "${name}" with (force)`),
  };
}

async function runOnServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: testServers().databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
