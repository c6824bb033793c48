import { createHealth, type HealthMonitor, readVersion } from '@tamma/process';
import { createMetrics, type Metrics } from '@tamma/telemetry';
import type { SandboxKind } from '@tamma/workspace';

export interface VitalsOptions {
  readonly ping: () => Promise<string>;
  /** Attempts that run now. */
  readonly running: () => number;
  readonly slots: number;
  readonly sandbox: SandboxKind;
  readonly metrics: Metrics;
}

export function createWorkerMetrics(): Metrics {
  return createMetrics({ defaultLabels: { process: 'worker' } });
}

/** What the probes of a worker show. */
export function createVitals({ ping, running, slots, sandbox, metrics }: VitalsOptions): HealthMonitor {
  const health = createHealth({ version: readVersion() });
  health.add({
    name: 'redis',
    critical: true,
    check: async () => ({ status: (await ping()) === 'PONG' ? 'healthy' : 'unhealthy' }),
  });
  health.add({
    name: 'tasks',
    critical: false,
    check: async () => ({ status: 'healthy', details: { running: running(), slots, sandbox } }),
  });
  metrics.gauge({
    name: 'tamma_worker_tasks_running',
    help: 'Attempts that run on this worker now',
    collect: () => [{ value: running() }],
  });
  return health;
}
