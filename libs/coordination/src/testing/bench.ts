import { decodeEvent, EVENT_FIELD, type RedisKeys, redisKeysOf, type WorkflowHead } from '@tamma/contracts';
import { buildHead } from '@tamma/contracts/testing';
import type { AnyEvent } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { testServers, uniqueName } from '@tamma/testing';
import { Redis } from 'ioredis';
import type { Begun, CommitRequest, Fence, StoredWait, WorkflowHashes } from '../index.ts';
import { createWorkflowHashes } from '../redis/index.ts';

export const head: WorkflowHead = buildHead();
export const fence: Fence = {
  workflowId: head.workflowId,
  taskId: `${head.workflowId}.issue-intake`,
  attempt: 1,
};

export interface Bench extends AsyncDisposable {
  readonly hashes: WorkflowHashes;
  readonly redis: Redis;
  readonly keys: RedisKeys;
  eventTypes(): Promise<string[]>;
  /** Begins an attempt that must come through. */
  begun(fence: Fence): Promise<Extract<Begun, { kind: 'begun' }>>;
}

/** Workflow hashes on a real Redis, under a prefix of their own. */
export function openBench(): Bench {
  const redis = new Redis(testServers().redisUrl);
  const keys = redisKeysOf(uniqueName('hash'));
  const hashes = createWorkflowHashes({ redis, keys });
  return {
    hashes,
    redis,
    keys,
    eventTypes: async () => {
      const entries = await redis.xrange(keys.events, '-', '+');
      return entries.map(([, fields]) => decodeEvent(fields[fields.indexOf(EVENT_FIELD) + 1] ?? '').type);
    },
    begun: async (one) => {
      const begun = await hashes.begin(one, []);
      if (begun.kind !== 'begun') throw new Error(`expected begun, got ${begun.kind}`);
      return begun;
    },
    [Symbol.asyncDispose]: async () => redis.disconnect(),
  };
}

export const ended = (): AnyEvent => buildEvent('TASK.COMPLETED.SUCCESS', { result: {}, durationMs: 1 });

export function commitOf(overrides: Partial<CommitRequest> = {}): CommitRequest {
  return {
    fence,
    outcome: { kind: 'done', result: { answer: 42 } },
    wait: null,
    round: null,
    unlessDecided: null,
    activeMs: 0,
    isExcused: false,
    isHeld: false,
    gates: [],
    artifacts: new Map(),
    events: [ended()],
    ...overrides,
  };
}

export function waitOf(overrides: Partial<StoredWait> = {}): StoredWait {
  const what = { on: 'ci', key: null, why: 'checks run', approval: null, round: null } as const;
  return { ...what, untilMs: 1_800_000_000_000, recheckMs: null, atDeadline: 'escalate', ...overrides };
}

/** The outcome of a task that stopped for a person. */
export const STOP = {
  kind: 'stop',
  reason: { kind: 'escalate', error: { code: 'LATE', class: 'conflict', message: 'nobody came' } },
} as const;
