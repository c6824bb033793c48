import { once } from 'node:events';
import { createServer } from 'node:net';
import { eventually, testServers } from '@tamma/testing';
import { expect } from 'chai';
import { sql } from 'kysely';
import { Client } from 'pg';
import { buildClaim, openTestStore, rejection } from '../testing/fixtures.ts';
import { createTestDatabase } from '../testing/test-database.ts';
import { connect } from './connection.ts';
import { openStore, openStoreWithRetry } from './index.ts';
import { requireVersion } from './migrate.ts';

const UNREACHABLE = 'postgres://ada:s3cret-word@127.0.0.1:1/tamma';

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('opening the store', () => {
  it('makes the schema in an empty database, and finds it the second time', async () => {
    await using database = await createTestDatabase();
    for (let round = 0; round < 2; round += 1) {
      const store = await openStore({ url: database.url, poolMax: 2 });
      await store.ping();
      if (round === 0) await store.claims.open(buildClaim());
      expect(await store.claims.listOpen('demo')).to.have.length(1);
      await store.close();
      await store.close();
    }
  });

  it('may be done by many processes at once', async () => {
    await using database = await createTestDatabase();
    const stores = await Promise.all(
      Array.from({ length: 8 }, () => openStore({ url: database.url, poolMax: 1 })),
    );
    await Promise.all(stores.map((store) => store.ping()));
    await Promise.all(stores.map((store) => store.close()));
    const rows = await query(database.url, 'select name from tamma.kysely_migration');
    expect(rows).to.deep.equal([
      { name: '0001-first-tables' },
      { name: '0002-rounds-and-approvals' },
      { name: '0003-control' },
      { name: '0004-platform' },
      { name: '0005-spending' },
    ]);
  });

  it('refuses a database that a newer version has migrated', async () => {
    await using test = await openTestStore('own');
    await test.client.query("insert into tamma.kysely_migration values ('0099-future', '2099-01-01')");
    const error = await rejection(openStore({ url: test.url, poolMax: 1 }));
    expect(error).to.include({ code: 'SCHEMA_MISMATCH', class: 'validation' });
    expect(error.message).to.contain('0099-future');
    expect(error.remedy).to.be.a('string');
  });

  it('refuses a database whose tables somebody else made, and leaves them alone', async () => {
    await using database = await createTestDatabase();
    await query(database.url, 'create schema tamma; create table tamma.events (x integer)');
    const error = await rejection(openStore({ url: database.url, poolMax: 1 }));
    expect(error).to.include({ code: 'SCHEMA_MISMATCH', class: 'validation' });
    expect(error.message).to.contain('events');
    const tables = await query(database.url, "select tablename from pg_tables where schemaname = 'tamma'");
    expect(tables).to.deep.equal([{ tablename: 'events' }]);
  });

  it('leaves tables outside its own schema alone', async () => {
    await using database = await createTestDatabase();
    await query(database.url, 'create table public.events (x integer)');
    const store = await openStore({ url: database.url, poolMax: 1 });
    expect(await store.reader.listEvents({ limit: 1 })).to.deep.equal([]);
    await store.close();
  });

  it('says where no server answers, without the password', async () => {
    const error = await rejection(openStore({ url: UNREACHABLE, poolMax: 1 }));
    expect(error).to.include({ code: 'DATABASE_UNREACHABLE', class: 'network' });
    expect(error.message).to.contain('127.0.0.1:1');
    expect(JSON.stringify([error, error.message, error.stack, String(error.cause)])).not.to.contain('s3cret');
  });

  it('takes a server that hangs up for one that does not answer', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const error = await rejection(openStore({ url: `postgres://127.0.0.1:${port}/x`, poolMax: 1 }));
    expect(error).to.include({ code: 'DATABASE_UNREACHABLE', class: 'network' });
    await once(server.close(), 'close');
  });

  it('does not repeat a URL it cannot read', async () => {
    const error = await rejection(openStore({ url: 'postgres://ada:s3cret-word@[::bad/x', poolMax: 1 }));
    expect(error).to.include({ code: 'DATABASE_URL_INVALID', class: 'validation' });
    expect(JSON.stringify([error, error.message, error.stack])).not.to.contain('s3cret');
  });

  it('names a database that is missing', async () => {
    const url = new URL(testServers().databaseUrl);
    url.pathname = '/nowhere';
    const error = await rejection(openStore({ url: url.href, poolMax: 1 }));
    expect(error).to.include({ code: 'DATABASE_MISSING', class: 'validation' });
    expect(error.message).to.contain('"nowhere"');
  });

  it('needs PostgreSQL 15', () => {
    expect(() => requireVersion(150_000)).not.to.throw();
    expect(() => requireVersion(140_012))
      .to.throw('PostgreSQL 14.12')
      .with.property('code', 'DATABASE_TOO_OLD');
  });
});

describe('opening the store with retries', () => {
  it('tries three times, one and two seconds apart', async () => {
    const waits: number[] = [];
    const retries: string[] = [];
    const error = await rejection(
      openStoreWithRetry({
        url: UNREACHABLE,
        poolMax: 1,
        sleep: async (ms) => void waits.push(ms),
        onRetry: (reason) => retries.push(reason.code),
      }),
    );
    expect(error.code).to.equal('DATABASE_UNREACHABLE');
    expect(waits).to.deep.equal([1000, 2000]);
    expect(retries).to.deep.equal(['DATABASE_UNREACHABLE', 'DATABASE_UNREACHABLE']);
  });

  it('is done when a later attempt succeeds', async () => {
    await using database = await createTestDatabase();
    const url = new URL(database.url);
    const refusing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(refusing, 'listening');
    const address = refusing.address();
    const front = {
      url: `postgres://postgres@127.0.0.1:${typeof address === 'object' ? address?.port : 0}/x`,
    };
    const options = {
      get url() {
        return front.url;
      },
      poolMax: 1,
      sleep: async () => {
        front.url = url.href;
      },
    };
    const store = await openStoreWithRetry(options);
    await store.ping();
    await store.close();
    await once(refusing.close(), 'close');
  });

  it('does not try again what would fail again', async () => {
    const error = await rejection(
      openStoreWithRetry({
        url: 'not a url',
        poolMax: 1,
        sleep: () => Promise.reject(new Error('it waited')),
      }),
    );
    expect(error.class).not.to.equal('network');
  });

  it('ends the waiting when it is told to', async () => {
    const stop = new AbortController();
    const opening = openStoreWithRetry({
      url: UNREACHABLE,
      poolMax: 1,
      signal: stop.signal,
      onRetry: () => stop.abort(),
    });
    const error = await opening.catch((thrown: unknown) => thrown);
    expect(error).to.have.property('name', 'AbortError');
  });
});

describe('connections of the store', () => {
  it('outlive the loss of idle ones, and of one in the middle of a transaction', async () => {
    await using test = await openTestStore();
    const heard: string[] = [];
    const db = connect({ url: test.url, max: 2, onConnectionError: (error) => heard.push(error.message) });
    const kill = () =>
      test.client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    await sql`select 1`.execute(db);
    await kill();
    const failed = await db
      .transaction()
      .execute(async (tx) => {
        await sql`select 1`.execute(tx);
        await kill();
        await new Promise((resolve) => setImmediate(resolve));
        await sql`select 1`.execute(tx);
      })
      .catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    await eventually('the store answers again', async () => {
      const error = await test.store.ping().catch((thrown: unknown) => thrown);
      if (error !== undefined) expect(error).to.include({ code: 'DATABASE_UNREACHABLE', class: 'network' });
      return error === undefined;
    });
    await db.destroy();
    expect(heard.length).to.be.greaterThan(0);
  });

  it('say in our words when the server goes away later', async () => {
    await using database = await createTestDatabase();
    const store = await openStore({ url: database.url, poolMax: 1 });
    await database[Symbol.asyncDispose]();
    const errors = [await rejection(store.ping()), await rejection(store.reader.countWorkflows())];
    for (const error of errors) expect(error.code).to.match(/^DATABASE_(UNREACHABLE|MISSING)$/);
    await store.close();
  });

  it('are ended by the server when a process freezes inside a transaction', async () => {
    await using test = await openTestStore();
    await test.store.lease.acquire('frozen', 1);
    const frozen = connect({ url: test.url, max: 1, idleInTransactionMs: 500 });
    const error = await frozen
      .transaction()
      .execute(async (tx) => {
        await tx.selectFrom('leader_lease').selectAll().forUpdate().execute();
        // The frozen holder says nothing more; its successor waits for the row and gets it.
        expect(await test.store.lease.acquire('successor', 60_000)).to.equal(2);
      })
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    await frozen.destroy();
  });

  it('end an idle transaction after five seconds by default', async () => {
    await using test = await openTestStore();
    const db = connect({ url: test.url, max: 1 });
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(db);
    expect(rows).to.deep.equal([{ idle_in_transaction_session_timeout: '5s' }]);
    await db.destroy();
  });
});
