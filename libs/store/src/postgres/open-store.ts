import type { Store } from '../store.ts';
import { createClaims } from './claims.ts';
import { addressOf, connect } from './connection.ts';
import { describeFailure, explainFailures } from './failure.ts';
import { createInbox } from './inbox.ts';
import { createLease } from './lease.ts';
import { migrate, readVersion, requireVersion } from './migrate.ts';
import { createReader } from './reader.ts';
import { createWriter } from './recording/writer.ts';
import { createVerdicts } from './verdicts.ts';

export interface OpenStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Most connections at a time; one more is kept for the leader's lease. */
  readonly poolMax: number;
  /** Hears of connections that broke while nothing used them. */
  readonly onConnectionError?: (error: Error) => void;
}

/**
 * Connects, checks the server, and brings the schema up to date. Throws TammaErrors: `DATABASE_UNREACHABLE`
 * (network), `DATABASE_REFUSED` (authentication), `DATABASE_URL_INVALID`, `DATABASE_MISSING`, `DATABASE_TOO_OLD`,
 * `SCHEMA_MISMATCH` (validation).
 */
export async function openStore({ url, poolMax, onConnectionError }: OpenStoreOptions): Promise<Store> {
  const address = addressOf(url);
  const db = connect({ url, max: poolMax, onConnectionError });
  // A connection of its own: a renewal that queues behind slow reads would lose the lease.
  const leaseDb = connect({ url, max: 1, onConnectionError });
  let closing: Promise<void> | undefined;
  const close = async () => {
    closing ??= Promise.all([db.destroy(), leaseDb.destroy()]).then(() => undefined);
    await closing;
  };
  try {
    requireVersion(await readVersion(db));
    await migrate(db);
  } catch (error) {
    await close();
    throw describeFailure(error, address);
  }
  const ping = async () => {
    await readVersion(db);
  };
  return {
    claims: explainFailures(createClaims(db), address),
    inbox: explainFailures(createInbox(db), address),
    verdicts: explainFailures(createVerdicts(db), address),
    lease: explainFailures(createLease(leaseDb), address),
    writer: explainFailures(createWriter(db), address),
    reader: explainFailures(createReader(db), address),
    ping: explainFailures({ ping }, address).ping,
    close,
  };
}
