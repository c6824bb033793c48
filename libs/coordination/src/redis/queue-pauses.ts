import { CAPABILITIES } from '@tamma/domain';
import { z } from 'zod';
import type { QueuePauses } from '../queue-pauses.ts';
import type { RedisPlace } from './redis-place.ts';

const pauseSchema = z.object({
  queue: z.enum(CAPABILITIES),
  by: z.string(),
  why: z.string(),
  since: z.string(),
});

export function createQueuePauses({ redis, keys }: RedisPlace): QueuePauses {
  return {
    add: async (pause) => (await redis.hsetnx(keys.pauses, pause.queue, JSON.stringify(pause))) === 1,
    remove: async (queue) => (await redis.hdel(keys.pauses, queue)) === 1,
    async list() {
      const entries = await redis.hgetall(keys.pauses);
      const pauses = Object.values(entries).map((text) => pauseSchema.parse(JSON.parse(text)));
      return pauses.toSorted((a, b) => CAPABILITIES.indexOf(a.queue) - CAPABILITIES.indexOf(b.queue));
    },
  };
}
