import type { Circuits } from '@tamma/coordination';
import { CAPABILITIES } from '@tamma/domain';
import type { FlowQueue } from '@tamma/queue';
import type { Metrics } from '@tamma/telemetry';
import type { Census } from './services/census.ts';
import type { RepairKind } from './services/reconciler.ts';

export interface EngineMetricsParts {
  readonly circuits: Circuits;
  readonly queue: FlowQueue;
  readonly census: Census;
  readonly now: () => number;
}

export interface EngineMetrics {
  readonly onRepaired: (kind: RepairKind) => void;
}

/** Gauges of what keeps work from going on. Those of the census are shown by the leader alone. */
export function addEngineMetrics(metrics: Metrics, parts: EngineMetricsParts): EngineMetrics {
  const { circuits, queue, census, now } = parts;
  const repairs = new Map<RepairKind, number>();
  metrics.gauge({
    name: 'tamma_circuit_open',
    help: '1 for an operation of a service whose circuit is open or on trial',
    labelNames: ['service', 'operation'],
    collect: async () =>
      (await circuits.listCircuits()).map(({ service, operation }) => ({
        labels: { service, operation },
        value: 1,
      })),
  });
  metrics.gauge({
    name: 'tamma_queue_paused',
    help: '1 for a queue that a person paused',
    labelNames: ['queue'],
    collect: async () => {
      const paused = await queue.paused();
      return CAPABILITIES.map((name) => ({ labels: { queue: name }, value: paused.has(name) ? 1 : 0 }));
    },
  });
  metrics.gauge({
    name: 'tamma_queue_oldest_seconds',
    help: 'How long the task that has waited longest for a worker does, by queue',
    labelNames: ['queue'],
    collect: () =>
      [...census.oldestByQueue()].map(([name, sinceMs]) => ({
        labels: { queue: name },
        value: Math.max(0, now() - sinceMs) / 1000,
      })),
  });
  addCensusGauges(metrics, census);
  metrics.gauge({
    name: 'tamma_reconciler_repairs',
    help: 'Differences that this process has repaired since it began',
    labelNames: ['difference'],
    collect: () => [...repairs].map(([difference, value]) => ({ labels: { difference }, value })),
  });
  return { onRepaired: (kind) => void repairs.set(kind, (repairs.get(kind) ?? 0) + 1) };
}

function addCensusGauges(metrics: Metrics, census: Census): void {
  metrics.gauge({
    name: 'tamma_workflows_waiting',
    help: 'Workflows that have begun and wait, by reason',
    labelNames: ['reason'],
    collect: () => [...census.waitingByReason()].map(([reason, value]) => ({ labels: { reason }, value })),
  });
  metrics.gauge({
    name: 'tamma_escalations_open',
    help: 'Open escalations by level',
    labelNames: ['level'],
    collect: () =>
      [...census.escalationsByLevel()].map(([level, value]) => ({ labels: { level: String(level) }, value })),
  });
}
