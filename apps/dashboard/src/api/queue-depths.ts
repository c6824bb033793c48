import { CAPABILITIES, type Capability } from '@tamma/domain';

/** How many tasks of one queue are in each of its states; `waiting` is what no worker has taken yet. */
export interface QueueDepth {
  readonly queue: Capability;
  readonly states: Readonly<Record<string, number>>;
}

const SAMPLE = /^tamma_queue_tasks\{([^}]*)\} (\d+)/;
const LABEL = /(\w+)="([^"]*)"/g;

/** Reads the queues' gauges from what Prometheus scrapes; queues it does not name are left out. */
export function parseQueueDepths(metrics: string): readonly QueueDepth[] {
  const byQueue = new Map<string, Record<string, number>>();
  for (const line of metrics.split('\n')) {
    const [, labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    const { queue, state } = Object.fromEntries(
      [...labels.matchAll(LABEL)].map(([, name, text]) => [name, text]),
    );
    if (queue === undefined || state === undefined) continue;
    byQueue.set(queue, { ...byQueue.get(queue), [state]: Number(value) });
  }
  return CAPABILITIES.flatMap((queue) => {
    const states = byQueue.get(queue);
    return states === undefined ? [] : [{ queue, states }];
  });
}
