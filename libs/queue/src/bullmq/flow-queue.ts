import { CAPABILITIES, type Capability, TammaError, toError } from '@tamma/domain';
import { FlowProducer, type Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { FlowQueue, QueueCounts, QueuedTask, TaskConsumer } from '../queue.ts';
import { producerConnection } from './connection.ts';
import { startConsumer } from './consumer.ts';
import { nestFlow } from './flow.ts';
import { statusOfState } from './states.ts';

export interface BullmqOptions {
  readonly redisUrl: string;
  /** Product prefix; the queues live under `{prefix}-queue`. */
  readonly prefix: string;
  readonly workerName: string;
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  /** Hears of connection trouble; BullMQ reconnects by itself. */
  readonly onError: (error: Error) => void;
}

/** Entries BullMQ keeps of its own event stream per queue; nothing of ours listens to it. */
const QUEUE_EVENTS_MAX = 1000;

export async function createBullmqQueue(options: BullmqOptions): Promise<FlowQueue> {
  const prefix = `${options.prefix}-queue`;
  const connection = await connect(options);
  const producer = new FlowProducer({
    connection,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  producer.on('error', options.onError);
  const queues = new Map(CAPABILITIES.map((capability) => [capability, openQueue(capability)]));
  const consumers: TaskConsumer[] = [];

  function openQueue(capability: Capability): Queue {
    const streams = { events: { maxLen: QUEUE_EVENTS_MAX } };
    const queue = new Queue(capability, {
      connection,
      prefix,
      skipWaitingForReady: true,
      skipVersionCheck: true,
      streams,
    });
    queue.on('error', options.onError);
    return queue;
  }

  function queueOf(capability: Capability): Queue {
    const queue = queues.get(capability);
    if (queue === undefined) throw new Error(`there is no queue "${capability}"`);
    return queue;
  }

  const jobOf = (task: QueuedTask): Promise<Job | undefined> => queueOf(task.capability).getJob(task.taskId);
  const readStatus = async (task: QueuedTask) =>
    statusOfState(await queueOf(task.capability).getJobState(task.taskId));

  return {
    readStatus,

    async addFlow(tasks) {
      await producer.add(nestFlow(tasks, prefix));
      // Most errors inside the transaction are swallowed by BullMQ; a flow without its first task would hang.
      const first = tasks[0];
      if (first !== undefined && (await readStatus(first)) === null) {
        throw new TammaError('FLOW_NOT_ADDED', `the flow of task ${first.taskId} was not added`, {
          class: 'system',
          remedy: 'look at the memory and the log of Redis; it is added again by itself',
        });
      }
    },

    async removeFlow(tasks) {
      const root = tasks.at(-1);
      const job = root === undefined ? undefined : await jobOf(root);
      if (job === undefined) return 'removed';
      return removeUnlessBusy(job, tasks, readStatus);
    },

    async promote(task) {
      const job = await jobOf(task);
      if (job === undefined || !(await job.isDelayed())) return false;
      await job.promote();
      return true;
    },

    async counts() {
      const entries = await Promise.all(
        CAPABILITIES.map(async (capability) => [capability, await countQueue(queueOf(capability))] as const),
      );
      return Object.fromEntries(entries) as Record<Capability, QueueCounts>;
    },

    async consume(request) {
      const consumer = await startConsumer(request, { ...options, prefix });
      consumers.push(consumer);
      return consumer;
    },

    async close() {
      await Promise.all(consumers.map((consumer) => consumer.stop(0)));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await producer.close();
      connection.disconnect();
    },
  };
}

/** Fails at once when Redis is not there; later outages reject single calls and heal by themselves. */
async function connect(options: BullmqOptions): Promise<Redis> {
  const connection = new Redis({ ...producerConnection(options.redisUrl), lazyConnect: true });
  connection.on('error', options.onError);
  try {
    await connection.connect();
    return connection;
  } catch (cause) {
    connection.disconnect();
    const { host } = new URL(options.redisUrl);
    throw new TammaError('REDIS_UNREACHABLE', `Redis at ${host} does not answer: ${toError(cause).message}`, {
      class: 'network',
      remedy: 'start Redis, or correct REDIS_URL',
      cause,
    });
  }
}

/** BullMQ refuses to remove a tree while one of its jobs is locked; any other refusal is an error. */
async function removeUnlessBusy(
  root: Job,
  tasks: readonly QueuedTask[],
  readStatus: FlowQueue['readStatus'],
): Promise<'removed' | 'busy'> {
  try {
    await root.remove();
    return 'removed';
  } catch (thrown) {
    const statuses = await Promise.all(tasks.map(readStatus));
    if (statuses.includes('running')) return 'busy';
    throw thrown;
  }
}

async function countQueue(queue: Queue): Promise<QueueCounts> {
  const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'failed');
  return {
    waiting: (counts.waiting ?? 0) + (counts.prioritized ?? 0),
    active: counts.active ?? 0,
    delayed: counts.delayed ?? 0,
    failed: counts.failed ?? 0,
  };
}
