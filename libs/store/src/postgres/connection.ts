import { TammaError } from '@tamma/domain';
import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import type { DatabaseAddress } from './failure.ts';
import { type Database, SCHEMA } from './schema.ts';

interface ConnectionOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Most connections at a time. */
  readonly max: number;
  /** Hears of connections that broke while nothing used them; what was in use fails at its caller. */
  readonly onConnectionError?: ((error: Error) => void) | undefined;
  /** How long a transaction may lie idle before the server ends it, in milliseconds; 10,000. */
  readonly idleInTransactionMs?: number | undefined;
}

const PROTOCOLS = new Set(['postgres:', 'postgresql:']);
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** A process that freezes inside a transaction must not hold the leader's lease against its successor. */
const IDLE_IN_TRANSACTION_MS = 5000;

export function connect(options: ConnectionOptions): Kysely<Database> {
  const pool = new Pool({
    connectionString: options.url,
    max: options.max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS,
    application_name: 'tamma',
  });
  pool.on('error', (error) => options.onConnectionError?.(error));
  pool.on('connect', (client) => {
    client.on('error', () => {
      // The pool listens only while a connection is idle; unheard, this one would end the process. Nothing is
      // lost: whoever uses the connection sees its statement fail.
    });
  });
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }).withSchema(SCHEMA);
}

/** Throws a TammaError with code `DATABASE_URL_INVALID`, which does not repeat the URL: it may hold a password. */
export function addressOf(url: string): DatabaseAddress {
  try {
    const { protocol } = new URL(url);
    if (!PROTOCOLS.has(protocol)) throw new Error(`it begins with ${protocol}//`);
    const { host, port, database } = new Client({ connectionString: url });
    return { host, port, database: database ?? '' };
  } catch {
    // The error itself holds the URL, so it is not passed on.
    throw new TammaError('DATABASE_URL_INVALID', 'DATABASE_URL is not the address of a PostgreSQL server', {
      class: 'validation',
      remedy: 'Write it as postgres://user:password@host:port/database, with special characters encoded.',
    });
  }
}
