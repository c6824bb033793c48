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

function runOnServer(statement: string): Promise<void> {
  return runStatement(testServers().databaseUrl, statement);
}

/** For tests that need a database as somebody else would have left it. */
export async function runStatement(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
