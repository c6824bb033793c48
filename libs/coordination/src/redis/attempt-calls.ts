import { EVENT_FIELD, encodeEvent } from '@tamma/contracts';
import type { Fence, Standing, WorkflowHashes } from '../workflow-hash.ts';
import { commitArguments } from './commit-arguments.ts';
import { ARTIFACTS_SUFFIX } from './find-workflows.ts';
import { createHeadCache, type StoredHead } from './head-cache.ts';
import { parseBegun } from './parse-hash.ts';
import { parseCommitted } from './parse-replies.ts';
import type { RedisPlace } from './redis-place.ts';
import { runScript } from './run-script.ts';
import { BEGIN, BEGIN_MERGE, COMMIT } from './scripts.ts';

export type AttemptCalls = Pick<WorkflowHashes, 'begin' | 'commit' | 'owns' | 'standing' | 'beginMerge'>;

/** Calls of an attempt, each fenced by its number. */
export function attemptCalls({ redis, keys }: RedisPlace): AttemptCalls {
  const heads = createHeadCache();

  const standing = async ({ workflowId, taskId, attempt }: Fence): Promise<Standing> => {
    const key = keys.workflow(workflowId);
    const [highest, cancelled, suspended] = await redis.hmget(
      key,
      `attempt:${taskId}`,
      'cancelled',
      'suspended',
    );
    if (highest !== String(attempt)) return 'overtaken';
    if (cancelled) return 'cancelled';
    return suspended ? 'suspended' : 'owner';
  };

  return {
    async begin(fence, openings) {
      const { workflowId, taskId, attempt } = fence;
      const known = heads.find(workflowId);
      const named = [EVENT_FIELD, taskId, String(attempt), known?.checksum ?? ''];
      const reply = await runScript(redis, BEGIN, {
        keys: [keys.workflow(workflowId), keys.events],
        args: [...named, ...openings.map(encodeEvent)],
      });
      const read = (stored: StoredHead) =>
        stored.text === '' && known !== undefined ? known.head : heads.add(workflowId, stored);
      return parseBegun(read, taskId, reply);
    },

    async commit(request) {
      const key = keys.workflow(request.fence.workflowId);
      const args = await commitArguments(request);
      return parseCommitted(
        await runScript(redis, COMMIT, { keys: [key, key + ARTIFACTS_SUFFIX, keys.events], args }),
      );
    },

    async owns(fence) {
      const stands = await standing(fence);
      return stands === 'owner' || stands === 'suspended';
    },

    standing,

    async beginMerge({ workflowId, taskId, attempt }) {
      const args = [taskId, String(attempt)];
      return (await runScript(redis, BEGIN_MERGE, { keys: [keys.workflow(workflowId)], args })) === 1;
    },
  };
}
