import type { RedisKeys } from '@tamma/contracts';
import type { Redis } from 'ioredis';

/** Where something lies in Redis. */
export interface RedisPlace {
  /** Owned by the caller, who closes it. */
  readonly redis: Redis;
  readonly keys: RedisKeys;
}
