import type { Queue } from 'bullmq';
import { type ConnectOptions, connectProducer } from './connection.ts';
import { openReadOnlyQueues } from './queues.ts';

export interface BoardOptions extends ConnectOptions {
  /** Product prefix, as for the flow queue. */
  readonly prefix: string;
}

export interface BoardQueues {
  /** One per capability, for a viewer that only reads. */
  readonly queues: readonly Queue[];
  close(): Promise<void>;
}

/** Queues for a queue viewer, on a connection of their own. Throws a TammaError when Redis does not answer. */
export async function openBoardQueues({ redisUrl, prefix, onError }: BoardOptions): Promise<BoardQueues> {
  const connection = await connectProducer({ redisUrl, onError });
  const queues = openReadOnlyQueues({ connection, prefix, onError });
  return {
    queues,
    close: async () => {
      await Promise.all(queues.map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}
