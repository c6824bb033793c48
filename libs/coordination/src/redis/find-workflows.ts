import type { RedisKeys } from '@tamma/contracts';
import type { Redis } from 'ioredis';

/** Ends the name of the hash that holds the bodies of a workflow's artifacts. */
export const ARTIFACTS_SUFFIX = ':artifacts';

/** Questions per trip. */
const BATCH_MAX = 500;
/** Keys that Redis looks at per trip. */
const SCAN_COUNT = 1000;
/** Trips of one search: enough for ten million keys, and an end whatever the server answers. */
const SCANS_MAX = 10_000;

/** Those of the workflows that are there. */
export async function findPresent(
  redis: Redis,
  keys: RedisKeys,
  workflowIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const present = new Set<string>();
  for (let start = 0; start < workflowIds.length; start += BATCH_MAX) {
    const batch = workflowIds.slice(start, start + BATCH_MAX);
    const pipeline = redis.pipeline();
    for (const id of batch) pipeline.exists(keys.workflow(id));
    const replies = (await pipeline.exec()) ?? [];
    for (const [index, id] of batch.entries()) {
      const [error, count] = replies[index] ?? [new Error(`Redis did not say whether ${id} is there`), 0];
      if (error !== null) throw error;
      if (count === 1) present.add(id);
    }
  }
  return present;
}

/** Ids of workflows that are there, in no order, at most `limit`. */
export async function listWorkflows(
  redis: Redis,
  keys: RedisKeys,
  limit: number,
): Promise<readonly string[]> {
  const prefix = keys.workflow('');
  const pattern = `${escapeGlob(prefix)}*`;
  const found = new Set<string>();
  let cursor = '0';
  for (let scan = 0; scan < SCANS_MAX && found.size < limit; scan += 1) {
    const [next, names] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
    for (const name of names) {
      if (!name.endsWith(ARTIFACTS_SUFFIX)) found.add(name.slice(prefix.length));
    }
    cursor = next;
    if (cursor === '0') break;
  }
  return [...found].slice(0, limit);
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
