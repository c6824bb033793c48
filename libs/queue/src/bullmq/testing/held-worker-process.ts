import { once } from 'node:events';
import { CAPABILITIES } from '@tamma/domain';
import { createBullmqQueue } from '../index.ts';

/**
 * A process of its own that takes tasks of one queue and holds each until it is told "finish"; it says what happens to it.
 * Arguments: URL of Redis, product prefix, capability.
 */
const [redisUrl = '', prefix = '', wanted] = process.argv.slice(2);
const capability = CAPABILITIES.find((one) => one === wanted) ?? 'git';
const tell = (message: Record<string, unknown>) => process.send?.(message);

const queue = await createBullmqQueue({
  redisUrl,
  prefix,
  workerName: `held-${process.pid}`,
  // A test looks at it while it is held, and then waits for its end.
  lockDurationMs: 2000,
  stalledIntervalMs: 500,
  onError: (error) => tell({ kind: 'error', message: error.message }),
});
await queue.consume({
  capability,
  concurrency: 1,
  handler: async ({ payload, attempt }, signal) => {
    signal.addEventListener('abort', () => tell({ kind: 'aborted', reason: signal.reason }));
    tell({ kind: 'taken', taskId: payload.taskId, attempt });
    await once(process, 'message');
    return { kind: 'done' };
  },
});
