import { type Kysely, sql } from 'kysely';
import type { LeaderLease } from '../store.ts';
import type { Database } from './schema.ts';

/** One row, timed by the database's clock alone: the holders' clocks may disagree. */
export function createLease(db: Kysely<Database>): LeaderLease {
  return {
    acquire: async (holder, durationMs) => {
      // clock_timestamp, not now: the statement may have waited for a record transaction to end.
      const { rows } = await sql<{ term: string }>`
        insert into tamma.leader_lease as lease (id, holder, term, expires_at)
        values (1, ${holder}, 1, ${expiry(durationMs)})
        on conflict (id) do update
          set holder = excluded.holder, term = lease.term + 1, expires_at = ${expiry(durationMs)}
          where lease.holder is null or lease.holder = excluded.holder or lease.expires_at <= clock_timestamp()
        returning lease.term`.execute(db);
      const term = rows[0]?.term;
      return term === undefined ? null : Number(term);
    },

    renew: async (holder, term, durationMs) => {
      const { numAffectedRows } = await sql`
        update tamma.leader_lease set expires_at = ${expiry(durationMs)}
        where holder = ${holder} and term = ${term} and expires_at > clock_timestamp()`.execute(db);
      return numAffectedRows === 1n;
    },

    release: async (holder, term) => {
      await sql`
        update tamma.leader_lease set holder = null, expires_at = clock_timestamp()
        where holder = ${holder} and term = ${term}`.execute(db);
    },
  };
}

function expiry(durationMs: number) {
  return sql`clock_timestamp() + ${durationMs}::double precision * interval '1 millisecond'`;
}
