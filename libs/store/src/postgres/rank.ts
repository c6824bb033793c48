import { sql } from 'kysely';

/**
 * How good a claim is that waits, in seconds: its score, an hour a point, less the moment it was made. It orders as
 * the aged score does and does not change as time passes, so the index `claims_waiting` holds it; written as there.
 */
export const rank = sql<number>`
  (score * 3600 - date_part('epoch', claimed_at - timestamptz '2000-01-01 00:00:00+00'))`;

/** The domain's `agedScore` in SQL: one point an hour, so that nothing starves. */
export const agedScore = sql<number>`
  greatest(0, least(1000, round(score + floor(extract(epoch from clock_timestamp() - claimed_at) / 3600))))`;
