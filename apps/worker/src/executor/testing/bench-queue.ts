import { type Capability, queuePriority } from '@tamma/domain';
import type { FlowQueue, FlowTask } from '@tamma/queue';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { testServers } from '@tamma/testing';
import { createExecutor } from '../executor.ts';
import { type Bench, payloadOf } from './bench.ts';

export interface BenchQueue extends AsyncDisposable {
  readonly queue: FlowQueue;
  readonly flow: readonly FlowTask[];
  taskOf(stepId: string, round?: number): FlowTask;
  status(stepId: string, round?: number): Promise<string | null>;
  consume(capability?: Capability): ReturnType<FlowQueue['consume']>;
  /** A consumer for every capability that the plan uses. */
  consumeAll(): Promise<void>;
}

/** The real queue beside a bench, under the same prefix. */
export async function openQueue(bench: Bench, redisUrl = testServers().redisUrl): Promise<BenchQueue> {
  const queue = await createBullmqQueue({
    redisUrl,
    prefix: bench.prefix,
    workerName: 'test-worker',
    // No test here waits for a lock that lapses, and a full machine is not to let one.
    lockDurationMs: 30_000,
    stalledIntervalMs: 5000,
    onError: () => {},
  });
  const { template } = bench.head;
  const taskOf = (stepId: string, round = 0): FlowTask => {
    const step = template.steps.find((one) => one.id === stepId);
    if (step === undefined) throw new Error(`the plan has no step ${stepId}`);
    const payload = payloadOf(bench.head, stepId, round);
    const { taskId } = payload;
    const priority = queuePriority(500, step.index, round);
    return { taskId, capability: step.capability, payload, priority };
  };
  const consume = (capability: Capability = 'git') =>
    queue.consume({ capability, concurrency: 2, handler: createExecutor(bench.deps, capability) });
  return {
    queue,
    flow: template.steps.map((step) => taskOf(step.id)),
    taskOf,
    status: (stepId, round) => queue.readStatus(taskOf(stepId, round)),
    consume,
    consumeAll: async () => {
      const used = new Set(template.steps.map((step) => step.capability));
      for (const capability of used) await consume(capability);
    },
    [Symbol.asyncDispose]: () => queue.close(),
  };
}
