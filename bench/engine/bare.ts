import { CAPABILITIES, type Capability } from '@tamma/domain';
import type { SpineTask } from '@tamma/workflow';
import { FlowProducer, Worker } from 'bullmq';
import { connectProducer, workerConnection } from '../../libs/queue/src/bullmq/connection.ts';
import { nestFlow } from '../../libs/queue/src/bullmq/flow.ts';
import { openQueues, queuePrefixOf } from '../../libs/queue/src/bullmq/queues.ts';
import { taskQueue } from './defaults.ts';
import type { ConsumeRequest } from './protocol.ts';
import { NO_OP_RESULT } from './workload.ts';

/** BullMQ as it comes, with the product's own node options, queues and connections. */
export async function consumeBare(
  { redisUrl, prefix, concurrency, without }: ConsumeRequest,
  onDone: (workflowId: string) => void,
): Promise<AsyncDisposable> {
  const workers = CAPABILITIES.filter((one) => !without.includes(one)).map((capability) =>
    startWorker(capability, { redisUrl, prefix, concurrency, onDone }),
  );
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

interface BareWorkerOptions extends Pick<ConsumeRequest, 'redisUrl' | 'prefix' | 'concurrency'> {
  readonly onDone: (workflowId: string) => void;
}

function startWorker(
  capability: Capability,
  { redisUrl, prefix, concurrency, onDone }: BareWorkerOptions,
): Worker {
  const worker = new Worker(
    capability,
    async (job) => {
      if (job.name === LAST_STEP) onDone(String(job.data.workflowId));
      return NO_OP_RESULT;
    },
    {
      connection: workerConnection(redisUrl),
      prefix: queuePrefixOf(prefix),
      concurrency,
      lockDuration: taskQueue.lockDuration,
      stalledInterval: taskQueue.stalledInterval,
    },
  );
  worker.on('error', (error) => process.stderr.write(`bare worker: ${error.message}\n`));
  return worker;
}

export const LAST_STEP = 'merge-and-close';

export interface BareProducer extends AsyncDisposable {
  add(spine: readonly SpineTask[]): Promise<void>;
}

export async function openBareProducer(redisUrl: string, prefix: string): Promise<BareProducer> {
  const onError = (error: Error) => process.stderr.write(`bare producer: ${error.message}\n`);
  const connection = await connectProducer({ redisUrl, onError });
  const queuePrefix = queuePrefixOf(prefix);
  const producer = new FlowProducer({ connection, prefix: queuePrefix, skipVersionCheck: true });
  producer.on('error', onError);
  const queues = openQueues({ connection, prefix, onError });
  return {
    add: async (spine) => {
      await producer.add(nestFlow(spine, queuePrefix));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await producer.close();
      connection.disconnect();
    },
  };
}
