import { toError } from '@tamma/domain';
import type { Redis } from 'ioredis';
import { answerWithin } from './answer-within.ts';

/** How long a caller waits for a Redis that says nothing, before it counts as away. */
export const ANSWER_WITHIN_MS = 1000;

/** While Redis is away nothing is known and nothing is told; commands would only pile up. */
export function whileThere(redis: Redis, onError: (error: Error) => void) {
  return async <Answer>(work: () => Promise<Answer>, otherwise: Answer): Promise<Answer> => {
    if (redis.status !== 'ready') return otherwise;
    try {
      return await answerWithin(work(), ANSWER_WITHIN_MS);
    } catch (thrown) {
      onError(toError(thrown));
      return otherwise;
    }
  };
}
