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

/** Databases that tests gave back, empty and with their tables. */
const idle: string[] = [];

/**
 * A database of the test's own whose tables may be there already, empty: making one and its tables anew takes longer than
 * most tests. When disposed it is emptied for the next one, and whatever is still connected to it is cut off. For tests that
 * leave the tables themselves alone.
 */
export async function borrowTestDatabase(): Promise<TestDatabase> {
  const url = idle.pop() ?? (await createTestDatabase()).url;
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await runStatement(url, EMPTY);
      idle.push(url);
    },
  };
}

/** Truncating makes every file of a table and its indexes anew, which takes far longer than to delete a few rows. */
const TRUNCATED_FROM_BYTES = 262_144;

const EMPTY = `do $$
declare one record;
begin
  perform pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid();
  for one in select c.oid::regclass as name, pg_relation_size(c.oid) as bytes from pg_class c
    where relnamespace = to_regnamespace('tamma') and relkind = 'r' and relname not like 'kysely%'
  loop
    execute case when one.bytes < ${TRUNCATED_FROM_BYTES} then 'delete from ' else 'truncate ' end || one.name;
  end loop;
  perform setval(format('%I.%I', schemaname, sequencename), start_value, false) from pg_sequences
    where schemaname = 'tamma';
end $$`;

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
