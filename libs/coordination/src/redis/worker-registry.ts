import type { RedisKeys } from '@tamma/contracts';
import { CAPABILITIES } from '@tamma/domain';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { WorkerRegistry } from '../worker-registry.ts';

const reportSchema = z.object({
  workerId: z.string(),
  capabilities: z.array(z.enum(CAPABILITIES)),
  running: z.int(),
  slots: z.int(),
  sandbox: z.string(),
  startedAt: z.string(),
  seenAt: z.string(),
});

/** A worker that was killed never signs off; after this it is no longer worth showing. */
const FORGOTTEN_AFTER_MS = 3_600_000;

export interface WorkerRegistryOptions {
  /** Owned by the caller, who closes it. */
  readonly redis: Redis;
  readonly keys: RedisKeys;
  readonly now?: () => number;
}

export function createWorkerRegistry({ redis, keys, now = Date.now }: WorkerRegistryOptions): WorkerRegistry {
  return {
    async report(worker) {
      await redis.hset(keys.workers, worker.workerId, JSON.stringify(worker));
    },
    async remove(workerId) {
      await redis.hdel(keys.workers, workerId);
    },
    async list() {
      const entries = await redis.hgetall(keys.workers);
      const reports = Object.values(entries).map((text) => reportSchema.parse(JSON.parse(text)));
      const forgotten = reports.filter((report) => Date.parse(report.seenAt) < now() - FORGOTTEN_AFTER_MS);
      if (forgotten.length > 0) await redis.hdel(keys.workers, ...forgotten.map((one) => one.workerId));
      return reports.filter((report) => !forgotten.includes(report));
    },
  };
}
