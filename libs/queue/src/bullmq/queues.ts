import { CAPABILITIES, type Capability } from '@tamma/domain';
import { Queue, type QueueOptions } from 'bullmq';
import type { Redis } from 'ioredis';

/** Entries BullMQ keeps of its own event stream per queue; nothing of ours listens to it. */
const QUEUE_EVENTS_MAX = 1000;

export interface QueuesOptions {
  readonly connection: Redis;
  readonly prefix: string;
  readonly onError: (error: Error) => void;
}

/** Product prefix to the prefix of the queues. */
export function queuePrefixOf(prefix: string): string {
  return `${prefix}-queue`;
}

/** One queue per capability, that adds and moves jobs. */
export function openQueues(options: QueuesOptions): ReadonlyMap<Capability, Queue> {
  const settings = { streams: { events: { maxLen: QUEUE_EVENTS_MAX } } };
  return new Map(CAPABILITIES.map((capability) => [capability, openQueue(capability, options, settings)]));
}

/** One queue per capability, only to be looked at: opening them changes no setting of a queue. */
export function openReadOnlyQueues(options: QueuesOptions): readonly Queue[] {
  return CAPABILITIES.map((capability) => openQueue(capability, options, { skipMetasUpdate: true }));
}

function openQueue(
  capability: Capability,
  { connection, prefix, onError }: QueuesOptions,
  settings: Partial<QueueOptions>,
): Queue {
  const queue = new Queue(capability, {
    connection,
    prefix: queuePrefixOf(prefix),
    skipWaitingForReady: true,
    skipVersionCheck: true,
    ...settings,
  });
  queue.on('error', onError);
  return queue;
}
