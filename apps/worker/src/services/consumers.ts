import type { Capability } from '@tamma/domain';
import type { Service } from '@tamma/process';
import type { FlowQueue, TaskConsumer, TaskHandler } from '@tamma/queue';

export interface ConsumersOptions {
  readonly queue: FlowQueue;
  readonly capabilities: readonly Capability[];
  readonly concurrency: Readonly<Record<Capability, number>>;
  readonly handlerOf: (capability: Capability) => TaskHandler;
  /** How long running attempts may finish before they are handed back. */
  readonly graceMs: number;
}

export interface Consumers extends Service {
  /** Attempts that run here now. */
  running(): number;
}

/** One consumer per capability of this worker. */
export function createConsumers(options: ConsumersOptions): Consumers {
  const consumers: TaskConsumer[] = [];
  return {
    name: 'consumers',
    running: () => consumers.reduce((sum, consumer) => sum + consumer.running(), 0),
    start: async () => {
      if (consumers.length > 0) return;
      for (const capability of options.capabilities) {
        const concurrency = options.concurrency[capability];
        const handler = options.handlerOf(capability);
        consumers.push(await options.queue.consume({ capability, concurrency, handler }));
      }
    },
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop(options.graceMs)));
    },
  };
}
