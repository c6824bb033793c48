import { redisKeysOf } from '@tamma/contracts';
import { createLoop } from '@tamma/process';
import { createReconciler, type ReconcilerOptions, type RepairKind } from '../services/reconciler.ts';
import { createTurns } from '../services/turns.ts';
import { type Desk, LIMITS, recorderOf } from './desk.ts';

const NEVER = new AbortController().signal;

/** A recorder at work and a reconciler that looks when it is told to, as a leader has them. */
export async function openKeeper(desk: Desk, overrides: Partial<ReconcilerOptions> = {}) {
  const recorder = await recorderOf(desk);
  const loop = createLoop({
    name: 'recorder',
    intervalMs: 20,
    runOnce: async () => {
      await recorder.runOnce();
      loop.wake();
    },
    onError: (error) => void desk.problems.push(`recorder: ${error.message}`),
  });
  await loop.start();
  return {
    ...reconcilerOf(desk, { settleRecord: recorder.settled, ...overrides }),
    lag: () => recorder.consumer.lag(),
    [Symbol.asyncDispose]: async () => {
      await loop.stop();
      await recorder.consumer.close();
    },
  };
}

export function reconcilerOf(desk: Desk, overrides: Partial<ReconcilerOptions> = {}) {
  const repairs: RepairKind[] = [];
  const reconciler = createReconciler({
    ...desk,
    ...LIMITS,
    claims: desk.store.claims,
    takeTurn: createTurns(),
    requireLead: async () => {},
    settleRecord: async () => {},
    settleMs: 20,
    now: Date.now,
    onFailure: (about, error) => void desk.problems.push(`${about}: ${error.message}`),
    onRepaired: (kind) => void repairs.push(kind),
    ...overrides,
  });
  return { repairs, reconcile: (signal = NEVER) => reconciler.runOnce(signal) };
}

/** Redis comes back without anything that was ours. */
export async function wipeRedis({ redis, prefix }: Desk): Promise<void> {
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(keys);
}

/** The queues lose their tasks; hashes and log stay. */
export async function wipeQueues({ redis, prefix }: Desk): Promise<void> {
  const keys = await redis.keys(`${prefix}-queue*`);
  if (keys.length > 0) await redis.del(keys);
}

export async function wipeHash({ redis, prefix }: Desk, workflowId: string): Promise<void> {
  const key = redisKeysOf(prefix).workflow(workflowId);
  await redis.del(key, `${key}:artifacts`);
}

export async function repairsOf(desk: Desk) {
  const events = await desk.store.reader.listEvents({
    types: ['RECONCILIATION.REPAIRED.SUCCESS'],
    limit: 1000,
  });
  return events.map(({ event }) => event);
}
