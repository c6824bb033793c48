import { compareOffsets, placeAfter } from '@tamma/contracts';
import type { Redis } from 'ioredis';
import { LOG_START } from '../event-log.ts';
import { groupExists, isGroupMissing } from './failure.ts';

/** Where a consumer group lives. */
export interface Group {
  readonly redis: Redis;
  readonly stream: string;
  readonly name: string;
}

/** Redis before 7 does not count what a group has still to read; we do, in pages, up to a number that is "too many". */
const COUNT_PAGE = 1000;
const COUNT_PAGES_MAX = 1000;

/** Creates the group at the very beginning of the log unless it exists. */
export async function ensureGroup({ redis, stream, name }: Group): Promise<void> {
  try {
    await redis.xgroup('CREATE', stream, name, LOG_START, 'MKSTREAM');
  } catch (error) {
    if (!groupExists(error)) throw error;
  }
}

/** Entries delivered and not acknowledged, with the oldest of them. */
export async function readPending({ redis, stream, name }: Group): Promise<{
  readonly count: number;
  readonly oldest: string | null;
}> {
  const [count, oldest] = await redis.xpending(stream, name);
  return { count: Number(count), oldest: typeof oldest === 'string' ? oldest : null };
}

/** Entries of the log that are not acknowledged: delivered or still to be delivered. */
export async function countUnacknowledged(group: Group): Promise<number> {
  const info = await readGroup(group);
  if (info === null) return group.redis.xlen(group.stream);
  return info.pending + (info.lag ?? (await countAfter(group, info.lastDelivered)));
}

/** The first place that must stay: everything before it is acknowledged. Null when nothing may go. */
export async function firstUnacknowledged(group: Group): Promise<string | null> {
  try {
    // Order matters: an entry delivered between the two calls lies after the position read first.
    const info = await readGroup(group);
    if (info === null) return null;
    const { oldest } = await readPending(group);
    const undelivered = placeAfter(info.lastDelivered);
    return oldest !== null && compareOffsets(oldest, undelivered) < 0 ? oldest : undelivered;
  } catch (error) {
    if (isGroupMissing(error)) return null;
    throw error;
  }
}

interface GroupInfo {
  readonly pending: number;
  readonly lastDelivered: string;
  /** Null when Redis cannot tell. */
  readonly lag: number | null;
}

async function readGroup({ redis, stream, name }: Group): Promise<GroupInfo | null> {
  try {
    const groups = await redis.xinfo('GROUPS', stream);
    const found = Array.isArray(groups)
      ? groups.map(fieldsOf).find((it) => it.get('name') === name)
      : undefined;
    if (found === undefined) return null;
    const lag = found.get('lag');
    return {
      pending: Number(found.get('pending')),
      lastDelivered: String(found.get('last-delivered-id')),
      lag: typeof lag === 'number' ? lag : null,
    };
  } catch (error) {
    if (isGroupMissing(error)) return null;
    throw error;
  }
}

export function fieldsOf(reply: unknown): ReadonlyMap<unknown, unknown> {
  const flat: readonly unknown[] = Array.isArray(reply) ? reply : [];
  const fields = new Map<unknown, unknown>();
  for (let index = 0; index + 1 < flat.length; index += 2) fields.set(flat[index], flat[index + 1]);
  return fields;
}

async function countAfter({ redis, stream }: Group, offset: string): Promise<number> {
  let count = 0;
  let after = offset;
  for (let page = 0; page < COUNT_PAGES_MAX; page += 1) {
    const entries = await redis.xrange(stream, `(${after}`, '+', 'COUNT', COUNT_PAGE);
    count += entries.length;
    const last = entries.at(-1);
    if (last === undefined || entries.length < COUNT_PAGE) return count;
    after = last[0];
  }
  return count;
}
