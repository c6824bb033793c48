import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

/**
 * A job's place among those that a worker may take, counted from one; null when it is not among them. The wait
 * list goes first and is taken from its tail: stalled jobs lie there, whatever their priority.
 */
export async function positionOf(redis: Redis, queue: Queue, jobId: string): Promise<number | null> {
  const [wait, prioritized] = [queue.toKey('wait'), queue.toKey('prioritized')];
  const replies = await redis
    .multi()
    .llen(wait)
    .lpos(wait, jobId, 'RANK', -1)
    .zrank(prioritized, jobId)
    .exec();
  const [length, index, rank] = (replies ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return typeof reply === 'number' ? reply : null;
  });
  if (typeof length !== 'number') return null;
  if (typeof index === 'number') return length - index;
  return typeof rank === 'number' ? length + rank + 1 : null;
}
