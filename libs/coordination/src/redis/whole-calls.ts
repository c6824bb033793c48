import { EVENT_FIELD, encodeEvent } from '@tamma/contracts';
import { ROUND_KINDS, ROUNDS_MAX } from '@tamma/domain';
import type { WorkflowHashes } from '../workflow-hash.ts';
import { ARTIFACTS_SUFFIX, findPresent, listWorkflows } from './find-workflows.ts';
import { checksumOf } from './head-cache.ts';
import { unpackArtifact } from './pack-artifact.ts';
import { parseRounds } from './parse-hash.ts';
import { rebuildArguments } from './rebuild-arguments.ts';
import type { RedisPlace } from './redis-place.ts';
import { runScript } from './run-script.ts';
import { OPEN, REBUILD } from './scripts.ts';

export type WholeCalls = Pick<
  WorkflowHashes,
  'open' | 'rebuild' | 'remove' | 'present' | 'list' | 'readArtifact' | 'readRounds'
>;

/** Rounds are numbered from one over all kinds, and each kind has its limit. */
const ROUND_FIELDS = Array.from({ length: ROUND_KINDS.length * ROUNDS_MAX }, (_, i) => `round:${i + 1}`);

/** Calls about a workflow as a whole. */
export function wholeCalls({ redis, keys }: RedisPlace): WholeCalls {
  const artifactsKey = (workflowId: string) => keys.workflow(workflowId) + ARTIFACTS_SUFFIX;

  return {
    async open(head, events) {
      const text = JSON.stringify(head);
      const args = [EVENT_FIELD, text, checksumOf(text), ...events.map(encodeEvent)];
      return (
        (await runScript(redis, OPEN, { keys: [keys.workflow(head.workflowId), keys.events], args })) === 1
      );
    },

    async rebuild(request) {
      const { workflowId } = request.head;
      const args = await rebuildArguments(request);
      const scriptKeys = [keys.workflow(workflowId), artifactsKey(workflowId), keys.events];
      return (await runScript(redis, REBUILD, { keys: scriptKeys, args })) === 1;
    },

    async remove(workflowId) {
      await redis.del(keys.workflow(workflowId), artifactsKey(workflowId));
    },

    present: (workflowIds) => findPresent(redis, keys, workflowIds),
    list: (limit) => listWorkflows(redis, keys, limit),

    async readArtifact(workflowId, name) {
      const body = await redis.hgetBuffer(artifactsKey(workflowId), name);
      return body === null ? null : unpackArtifact(body);
    },

    async readRounds(workflowId) {
      const stored = await redis.hmget(keys.workflow(workflowId), ...ROUND_FIELDS);
      return parseRounds(stored.filter((text) => text !== null));
    },
  };
}
