import { CAPABILITIES, type Capability, queuePriority, taskIdOf } from '@tamma/domain';
import { testServers, uniqueName } from '@tamma/testing';
import { createBullmqQueue } from '../bullmq/index.ts';
import type { Fate, FlowQueue, FlowTask, TaskAttempt, TaskHandler } from '../queue.ts';

export type Body = (task: TaskAttempt, signal: AbortSignal) => Promise<Fate> | Fate;
export type TestQueue = FlowQueue & AsyncDisposable & { readonly prefix: string };

/** A queue on a prefix of its own; everything it opened is closed at the end. */
export async function openQueue(
  prefix = uniqueName('queue'),
  { stalledIntervalMs = 500, redisUrl = testServers().redisUrl } = {},
): Promise<TestQueue> {
  const queue = await createBullmqQueue({
    redisUrl,
    prefix,
    workerName: 'test-worker',
    // Tests take locks away, or kill their holder in a process of its own; a full machine is not to let one lapse.
    lockDurationMs: 10_000,
    stalledIntervalMs,
    onError: () => {},
  });
  return { ...queue, prefix, [Symbol.asyncDispose]: () => queue.close() };
}

export type Steps = readonly (readonly [string, Capability])[];

/** The tasks of some steps, in the order given; those of a round carry its number. */
export function flowOf(workflowId: string, steps: Steps, round = 0): FlowTask[] {
  return steps.map(([stepId, capability], index) => {
    const taskId = taskIdOf(workflowId, stepId, round);
    const payload = { workflowId, taskId, stepId, round };
    return { taskId, capability, payload, priority: queuePriority(500, index, round) };
  });
}

export async function consumeAll(queue: FlowQueue, body: Body): Promise<void> {
  const handler: TaskHandler = async (task, signal) => body(task, signal);
  await Promise.all(CAPABILITIES.map((capability) => queue.consume({ capability, concurrency: 2, handler })));
}
