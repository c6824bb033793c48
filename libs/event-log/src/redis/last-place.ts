import type { Redis } from 'ioredis';
import { LOG_START } from '../event-log.ts';
import { isGroupMissing } from './failure.ts';
import { fieldsOf } from './group.ts';

/** The newest place that was ever given out: a stream that was trimmed to nothing still knows it. */
export async function readLastPlace(redis: Redis, stream: string): Promise<string> {
  const [last] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  if (last !== undefined) return last[0];
  try {
    const place = fieldsOf(await redis.xinfo('STREAM', stream)).get('last-generated-id');
    return typeof place === 'string' ? place : LOG_START;
  } catch (error) {
    if (isGroupMissing(error)) return LOG_START;
    throw error;
  }
}
