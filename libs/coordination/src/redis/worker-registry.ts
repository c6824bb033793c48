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

export function createWorkerRegistry({ redis, keys }: { redis: Redis; keys: RedisKeys }): WorkerRegistry {
  return {
    async report(worker) {
      await redis.hset(keys.workers, worker.workerId, JSON.stringify(worker));
    },
    async remove(workerId) {
      await redis.hdel(keys.workers, workerId);
    },
    async list() {
      const entries = await redis.hgetall(keys.workers);
      return Object.values(entries).map((text) => reportSchema.parse(JSON.parse(text)));
    },
  };
}
