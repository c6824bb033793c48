import type { TaskStatus } from '@tamma/domain';
import type { Redis } from 'ioredis';
import { runScript } from './run-script.ts';
import { READ_STATES } from './scripts.ts';

/** Redis does nothing else while it looks for these, some tens of microseconds each at most. */
const KEYS_AT_ONCE = 1000;

/** The mapping between our words and BullMQ's states, for both directions of talk. */
const STATUS_BY_STATE: Readonly<Record<string, TaskStatus>> = {
  waiting: 'pending',
  prioritized: 'pending',
  'waiting-children': 'pending',
  // Ours: it ran, and waits for the tasks of a round that it added itself.
  'own-children': 'scheduled',
  delayed: 'scheduled',
  active: 'running',
  completed: 'completed',
  failed: 'failed',
};

/** Null for `unknown`: BullMQ's word for a job that is not there. */
export function statusOfState(state: string): TaskStatus | null {
  return STATUS_BY_STATE[state] ?? null;
}

/** In one round trip; more than a thousand are asked for in pieces that travel together. */
export async function readStatusesOf(
  redis: Redis,
  keys: readonly string[],
): Promise<readonly (TaskStatus | null)[]> {
  const pieces: Promise<string[]>[] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    pieces.push(runScript(redis, READ_STATES, keys.slice(from, from + KEYS_AT_ONCE)));
  }
  return (await Promise.all(pieces)).flat().map(statusOfState);
}
