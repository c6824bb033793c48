import { CAPABILITIES, type Capability, TammaError } from '@tamma/domain';
import { type FlowJob, FlowProducer, type Job, type Queue } from 'bullmq';
import type { FlowQueue, FlowTask, QueueCounts, QueuedTask, TaskConsumer } from '../queue.ts';
import { connectProducer } from './connection.ts';
import { startConsumer } from './consumer.ts';
import { listFailed, readPaused, reprioritize, setLimits } from './controls.ts';
import { nestFlow, nestUnder } from './flow.ts';
import { positionOf } from './position.ts';
import { openQueues, queuePrefixOf } from './queues.ts';
import { jobKeyOf, removeFlow, restoreFlow } from './restore.ts';
import { readStatusesOf } from './states.ts';
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
  const readStatuses = (tasks: readonly QueuedTask[]) =>
    readStatusesOf(
      connection,
      tasks.map((task) => jobKeyOf(prefix, task)),
    );
  const readStatus = async (task: QueuedTask) => (await readStatuses([task]))[0] ?? null;

  async function addNested(flow: FlowJob, tasks: readonly FlowTask[]): Promise<void> {
    await producer.add(flow);
    // Most errors inside the transaction are swallowed by BullMQ; a flow without one of its tasks would hang.
    const found = await connection.exists(tasks.map((task) => jobKeyOf(prefix, task)));
    if (found < tasks.length) throw notAdded(tasks.at(-1)?.taskId);
  }

  const addFlow = (tasks: readonly FlowTask[]) => addNested(nestFlow(tasks, prefix), tasks);

  return {
    readStatus,
    readStatuses,
    addFlow,
    restoreFlow: (tasks) => restoreFlow({ redis: connection, prefix, now: Date.now, addFlow }, tasks),
    removeFlow: (tasks) => removeFlow({ redis: connection, prefix }, tasks),

    reprioritize: (task, priority) => reprioritize(queueOf(task.capability), task, priority),
    pause: (capability) => queueOf(capability).pause(),
    resume: (capability) => queueOf(capability).resume(),
    paused: () => readPaused(queueOf),
    setLimits: (capability, limits) => setLimits(queueOf(capability), limits),
    listFailed: (capability, limit) => listFailed(queueOf(capability), limit),

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

function notAdded(lastTaskId: string | undefined): TammaError {
  return new TammaError('FLOW_NOT_ADDED', `the flow that ends in task ${lastTaskId} was not added whole`, {
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
