import { EVENT_FIELD, encodeEvent } from '@tamma/contracts';
import type { AnyEvent } from '@tamma/domain';
import type { WorkflowHashes } from '../workflow-hash.ts';
import { parseCancelled, parseDecided, parseFlag, parseOrdered, parseRetried } from './parse-replies.ts';
import type { RedisPlace } from './redis-place.ts';
import { runScript, type Script } from './run-script.ts';
import { CANCEL, DECIDE, ORDER, PRIORITIZE, RESUME, RETRY, SUSPEND } from './scripts.ts';

export type PersonCalls = Pick<
  WorkflowHashes,
  'cancel' | 'suspend' | 'resume' | 'isSuspended' | 'prioritize' | 'decide' | 'isDecided' | 'retry' | 'order'
>;

interface PersonCall {
  readonly workflowId: string;
  /** What the script needs beside field, channel and workflow. */
  readonly args: readonly string[];
  readonly events: readonly AnyEvent[];
}

/** Calls with which people steer; the first one of its kind stands. */
export function personCalls({ redis, keys }: RedisPlace): PersonCalls {
  const call = (script: Script, { workflowId, args, events }: PersonCall): Promise<unknown> =>
    runScript(redis, script, {
      keys: [keys.workflow(workflowId), keys.events],
      args: [EVENT_FIELD, keys.control, workflowId, ...args, ...events.map(encodeEvent)],
    });
  const has = async (workflowId: string, field: string) =>
    (await redis.hexists(keys.workflow(workflowId), field)) === 1;

  return {
    cancel: async (workflowId, events) =>
      parseCancelled(await call(CANCEL, { workflowId, args: [], events })),
    suspend: async ({ workflowId, untilMs, events }) =>
      parseFlag(await call(SUSPEND, { workflowId, args: [String(untilMs)], events })),
    resume: async (workflowId, events) => parseFlag(await call(RESUME, { workflowId, args: [], events })),
    isSuspended: (workflowId) => has(workflowId, 'suspended'),
    prioritize: async (workflowId, score, events) =>
      parseFlag(await call(PRIORITIZE, { workflowId, args: [String(score)], events })),
    async decide({ workflowId, taskId, decision, events }) {
      const args = [taskId, decision.approvalId, JSON.stringify(decision)];
      return parseDecided(await call(DECIDE, { workflowId, args, events }));
    },
    isDecided: (workflowId, approvalId) => has(workflowId, `decision:${approvalId}`),
    async retry({ workflowId, taskId, order, events }) {
      const args = [taskId, order === null ? '' : JSON.stringify(order)];
      return parseRetried(await call(RETRY, { workflowId, args, events }));
    },
    order: async ({ workflowId, taskId, order, events }) =>
      parseOrdered(await call(ORDER, { workflowId, args: [taskId, JSON.stringify(order)], events })),
  };
}
