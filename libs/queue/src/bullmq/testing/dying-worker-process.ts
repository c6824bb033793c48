import { queuePriority, taskIdOf } from '@tamma/domain';
import { FlowProducer, Worker } from 'bullmq';
import { nestUnder } from '../flow.ts';
import { queuePrefixOf } from '../queues.ts';

/**
 * A process of its own that takes one job, adds the children of a round to it, and is gone before it could park.
 * Arguments: URL of Redis, product prefix, workflow.
 */
const [redisUrl = '', productPrefix = '', workflowId = ''] = process.argv.slice(2);
const { hostname, port, password } = new URL(redisUrl);
const connection = { host: hostname, port: Number(port), password, maxRetriesPerRequest: null };
const prefix = queuePrefixOf(productPrefix);
const producer = new FlowProducer({ connection, prefix });

const tasks = (['code', 'build'] as const).map((stepId, index) => {
  const taskId = taskIdOf(workflowId, stepId, 1);
  const payload = { workflowId, taskId, stepId, round: 1 };
  return { taskId, capability: stepId, payload, priority: queuePriority(500, index, 1) };
});

new Worker(
  'test',
  async (job) => {
    await producer.add(nestUnder(job, tasks, prefix));
    process.kill(process.pid, 'SIGKILL');
  },
  { connection, prefix, lockDuration: 1000, stalledInterval: 500 },
);
