import type { Capability, TaskStatus } from '@tamma/domain';
import { testServers } from '@tamma/testing';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { FlowTask } from '../../queue.ts';
import { queuePrefixOf } from '../queues.ts';
import { statusOfState } from '../states.ts';

/** A move as BullMQ itself wrote it down. */
interface Move {
  readonly jobId: string;
  readonly status: TaskStatus;
  /** The first of a job's life. */
  readonly isNew: boolean;
}

/** What people and mishaps do to a queue behind our back. */
export interface Damage extends AsyncDisposable {
  /** As a viewer or a clean-up does it: BullMQ releases the parent as if the job had succeeded. */
  remove(task: FlowTask): Promise<void>;
  /** Its data are gone, and what names it is left. */
  loseData(task: FlowTask): Promise<void>;
  /** Nothing is left of it, and nobody was told. */
  lose(task: FlowTask): Promise<void>;
  setField(task: FlowTask, field: string, value: string): Promise<void>;
  field(task: FlowTask, field: string): Promise<string | null>;
  /** As if the worker that runs it had died long ago. */
  unlock(task: FlowTask): Promise<void>;
  /** Redis refuses every line of the job's log from now on. */
  spoilLog(task: FlowTask): Promise<void>;
  keys(pattern: string): Promise<string[]>;
  /** By BullMQ's own account. */
  statusByBullmq(task: FlowTask): Promise<TaskStatus | null>;
  /** What each queue's event stream still holds, queue by queue. */
  moves(queues: readonly Capability[]): Promise<readonly Move[]>;
}

const PARTS = ['', ':logs', ':dependencies', ':processed', ':failed', ':unsuccessful', ':lock'];
const SETS = ['completed', 'failed', 'delayed', 'prioritized', 'waiting-children'];

export function openDamage(productPrefix: string): Damage {
  const prefix = queuePrefixOf(productPrefix);
  const redis = new Redis(testServers().redisUrl, { maxRetriesPerRequest: null });
  const keyOf = ({ capability, taskId }: FlowTask) => `${prefix}:${capability}:${taskId}`;
  const loseData = async (task: FlowTask) => {
    await redis.del(PARTS.map((part) => keyOf(task) + part));
  };
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const queue = queues.get(name) ?? new Queue(name, { connection: redis, prefix, skipMetasUpdate: true });
    queues.set(name, queue);
    return queue;
  };
  return {
    loseData,
    remove: async ({ capability, taskId }) =>
      void (await queueOf(capability).remove(taskId, { removeChildren: false })),
    async lose(task) {
      const base = `${prefix}:${task.capability}:`;
      await Promise.all(SETS.map((set) => redis.zrem(base + set, task.taskId)));
      await Promise.all(['wait', 'active'].map((list) => redis.lrem(base + list, 0, task.taskId)));
      await loseData(task);
    },
    setField: async (task, field, value) => void (await redis.hset(keyOf(task), field, value)),
    field: (task, field) => redis.hget(keyOf(task), field),
    unlock: async (task) => void (await redis.del(`${keyOf(task)}:lock`)),
    spoilLog: async (task) => void (await redis.set(`${keyOf(task)}:logs`, 'not a list')),
    keys: (pattern) => redis.keys(`${prefix}:*${pattern}*`),
    statusByBullmq: async ({ capability, taskId }) =>
      statusOfState(await queueOf(capability).getJobState(taskId)),
    async moves(names) {
      const streams = await Promise.all(
        names.map((name) => redis.xrange(`${prefix}:${name}:events`, '-', '+')),
      );
      return streams.flat().flatMap(([, fields]) => readMove(fields));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      redis.disconnect();
    },
  };
}

function readMove(fields: readonly string[]): Move[] {
  const valueAfter = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
  const [event, jobId] = [valueAfter('event'), valueAfter('jobId')];
  if (event === 'added') return [{ jobId, status: 'pending', isNew: true }];
  const isOwnRound = event === 'waiting-children' && fields.includes('active');
  const status = statusOfState(isOwnRound ? 'own-children' : event);
  return status === null ? [] : [{ jobId, status, isNew: false }];
}
