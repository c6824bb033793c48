import type { EventConsumer } from '@tamma/event-log';
import type { FlowQueue } from '@tamma/queue';
import type { RecordReader } from '@tamma/store';
import type { Metrics } from '@tamma/telemetry';

export interface QueueMetricsParts {
  readonly queue: FlowQueue;
  readonly consumer: EventConsumer;
  readonly reader: RecordReader;
}

/** Gauges that are read when somebody scrapes. */
export function addQueueMetrics(metrics: Metrics, { queue, consumer, reader }: QueueMetricsParts): void {
  metrics.gauge({
    name: 'tamma_queue_tasks',
    help: 'Tasks in each queue by state',
    labelNames: ['queue', 'state'],
    collect: async () =>
      Object.entries(await queue.counts()).flatMap(([name, counts]) =>
        Object.entries(counts).map(([state, value]) => ({ labels: { queue: name, state }, value })),
      ),
  });
  metrics.gauge({
    name: 'tamma_recorder_lag_events',
    help: 'Events in the log that are not on record yet',
    collect: async () => [{ value: await consumer.lag() }],
  });
  metrics.gauge({
    name: 'tamma_workflows',
    help: 'Workflows on record by status',
    labelNames: ['status'],
    collect: async () =>
      Object.entries(await reader.countWorkflows()).map(([status, value]) => ({
        labels: { status },
        value: value ?? 0,
      })),
  });
}
