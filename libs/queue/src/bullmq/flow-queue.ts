import { CAPABILITIES, type Capability, TammaError } from '@tamma/domain';
import { type FlowJob, FlowProducer, type Job, type Queue } from 'bullmq';
import type { FlowQueue, FlowTask, QueueCounts, QueuedTask, TaskConsumer } from '../queue.ts';
import { connectProducer } from './connection.ts';
import { startConsumer } from './consumer.ts';
import { nestFlow, nestUnder } from './flow.ts';
import { positionOf } from './position.ts';
import { openQueues, queuePrefixOf } from './queues.ts';
import { statusOfState } from './states.ts';
import { rerun, wake } from './wake.ts';

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

export async function createBullmqQueue(options: BullmqOptions): Promise<FlowQueue> {
  const prefix = queuePrefixOf(options.prefix);
  const connection = await connectProducer(options);
  const producer = new FlowProducer({
    connection,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  producer.on('error', options.onError);
  const queues = openQueues({ ...options, connection });
  const consumers: TaskConsumer[] = [];

  function queueOf(capability: Capability): Queue {
    const queue = queues.get(capability);
    if (queue === undefined) throw new Error(`there is no queue "${capability}"`);
    return queue;
  }

  const jobOf = (task: QueuedTask): Promise<Job | undefined> => queueOf(task.capability).getJob(task.taskId);
  const readStatus = async (task: QueuedTask) =>
    statusOfState(await queueOf(task.capability).getJobState(task.taskId));

  async function addNested(flow: FlowJob, tasks: readonly FlowTask[]): Promise<void> {
    await producer.add(flow);
    // Most errors inside the transaction are swallowed by BullMQ; a flow without its first task would hang.
    const first = tasks[0];
    if (first !== undefined && (await readStatus(first)) === null) throw notAdded(first);
  }

  return {
    readStatus,

    addFlow: (tasks) => addNested(nestFlow(tasks, prefix), tasks),

    async removeFlow(tasks) {
      const root = tasks.at(-1);
      if (root === undefined || (await readStatus(root)) === null) return 'removed';
      // Zero: BullMQ found a lock somewhere in the tree, be it a step's or that of a round below it.
      return (await queueOf(root.capability).remove(root.taskId)) === 0 ? 'busy' : 'removed';
    },

    async promote(task) {
      const job = await jobOf(task);
      return job === undefined ? false : wake(job);
    },

    async retry(task) {
      const job = await jobOf(task);
      if (job === undefined) return false;
      return rerun(job, () => connection.hdel(queueOf(task.capability).toKey(task.taskId), 'stc'));
    },

    position: (task) => positionOf(connection, queueOf(task.capability), task.taskId),

    async counts() {
      const entries = await Promise.all(
        CAPABILITIES.map(async (capability) => [capability, await countQueue(queueOf(capability))] as const),
      );
      return Object.fromEntries(entries) as Record<Capability, QueueCounts>;
    },

    async consume(request) {
      const addChildren = (job: Job, tasks: readonly FlowTask[]) =>
        addNested(nestUnder(job, tasks, prefix), tasks);
      const consumer = await startConsumer(request, { ...options, prefix, addChildren });
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

function notAdded({ taskId }: FlowTask): TammaError {
  return new TammaError('FLOW_NOT_ADDED', `the flow of task ${taskId} was not added`, {
    class: 'system',
    remedy: 'look at the memory and the log of Redis; it is added again by itself',
  });
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
