import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { EVENT_FIELD, encodeEvent, type RedisKeys } from '@tamma/contracts';
import { ROUND_KINDS, ROUNDS_MAX } from '@tamma/domain';
import type { Redis } from 'ioredis';
import type { WorkflowHashes } from '../workflow-hash.ts';
import { commitArguments } from './commit-arguments.ts';
import { parseBegun, parseRounds } from './parse-hash.ts';
import { parseCancelled, parseCommitted, parseDecided, parseRetried } from './parse-replies.ts';
import { BEGIN, BEGIN_MERGE, CANCEL, COMMIT, DECIDE, OPEN, OWNS, RETRY } from './scripts.ts';

const decompress = promisify(gunzip);

/** Rounds are numbered from one over all kinds, and each kind has its limit. */
const ROUND_FIELDS = Array.from({ length: ROUND_KINDS.length * ROUNDS_MAX }, (_, i) => `round:${i + 1}`);

export interface WorkflowHashesOptions {
  /** Owned by the caller, who closes it. */
  readonly redis: Redis;
  readonly keys: RedisKeys;
}

export function createWorkflowHashes({ redis, keys }: WorkflowHashesOptions): WorkflowHashes {
  const call = (script: string, scriptKeys: string[], args: (string | Buffer)[]): Promise<unknown> =>
    redis.eval(script, scriptKeys.length, ...scriptKeys, ...args);
  const artifactsKey = (workflowId: string) => `${keys.workflow(workflowId)}:artifacts`;

  return {
    async open(head, events) {
      const args = [EVENT_FIELD, JSON.stringify(head), ...events.map(encodeEvent)];
      return (await call(OPEN, [keys.workflow(head.workflowId), keys.events], args)) === 1;
    },

    async begin(fence) {
      const { workflowId, taskId, attempt } = fence;
      return parseBegun(fence, await call(BEGIN, [keys.workflow(workflowId)], [taskId, String(attempt)]));
    },

    async commit(request) {
      const { workflowId } = request.fence;
      const scriptKeys = [keys.workflow(workflowId), artifactsKey(workflowId), keys.events];
      return parseCommitted(await call(COMMIT, scriptKeys, await commitArguments(request)));
    },

    async owns({ workflowId, taskId, attempt }) {
      return (await call(OWNS, [keys.workflow(workflowId)], [taskId, String(attempt)])) === 1;
    },

    async readArtifact(workflowId, name) {
      const body = await redis.hgetBuffer(artifactsKey(workflowId), name);
      return body === null ? null : (await decompress(body)).toString('utf8');
    },

    async beginMerge({ workflowId, taskId, attempt }) {
      return (await call(BEGIN_MERGE, [keys.workflow(workflowId)], [taskId, String(attempt)])) === 1;
    },

    async cancel(workflowId, events) {
      const args = [EVENT_FIELD, ...events.map(encodeEvent)];
      return parseCancelled(await call(CANCEL, [keys.workflow(workflowId), keys.events], args));
    },

    async decide({ workflowId, taskId, decision, events }) {
      const named = [EVENT_FIELD, taskId, decision.approvalId, JSON.stringify(decision)];
      const scriptKeys = [keys.workflow(workflowId), keys.events];
      return parseDecided(await call(DECIDE, scriptKeys, [...named, ...events.map(encodeEvent)]));
    },

    async isDecided(workflowId, approvalId) {
      return (await redis.hexists(keys.workflow(workflowId), `decision:${approvalId}`)) === 1;
    },

    async retry({ workflowId, taskId, events }) {
      const args = [EVENT_FIELD, taskId, ...events.map(encodeEvent)];
      return parseRetried(await call(RETRY, [keys.workflow(workflowId), keys.events], args));
    },

    async readRounds(workflowId) {
      const stored = await redis.hmget(keys.workflow(workflowId), ...ROUND_FIELDS);
      return parseRounds(stored.filter((text) => text !== null));
    },

    async remove(workflowId) {
      await redis.del(keys.workflow(workflowId), artifactsKey(workflowId));
    },
  };
}
