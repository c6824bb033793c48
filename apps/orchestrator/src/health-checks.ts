import type { Project } from '@tamma/contracts';
import type { Circuits, QueuePauses, WorkerRegistry } from '@tamma/coordination';
import type { EventConsumer } from '@tamma/event-log';
import type { HealthCheck, HealthMonitor } from '@tamma/process';
import type { FlowQueue } from '@tamma/queue';
import type { Store } from '@tamma/store';
import type { Redis } from 'ioredis';
import { type AgentsParts, type BudgetsParts, checkAgentKeys, checkBudgets } from './health-of-ai.ts';
import { checkQueues, checkServices, checkWorkers } from './health-of-fleet.ts';
import type { Intake } from './services/intake.ts';
import type { Leadership } from './services/leadership.ts';

/** A record this far behind is worth a look. */
const LAG_DEGRADED = 10_000;

export interface HealthParts extends AgentsParts, BudgetsParts {
  readonly projects: readonly { readonly project: Project }[];
  readonly redis: Redis;
  readonly store: Store;
  readonly queue: Pick<FlowQueue, 'paused'>;
  readonly pauses: QueuePauses;
  readonly circuits: Circuits;
  readonly consumer: EventConsumer;
  readonly registry: WorkerRegistry;
  readonly leadership: Pick<Leadership, 'term'>;
  readonly intake: Pick<Intake, 'views'>;
  readonly offlineAfterMs: number;
  readonly now: () => number;
}

/** What this process needs, and what the whole product needs to get anything done. */
export function addHealthChecks(health: HealthMonitor, parts: HealthParts): void {
  health.add({
    name: 'redis',
    critical: true,
    check: async () => ({ status: (await parts.redis.ping()) === 'PONG' ? 'healthy' : 'unhealthy' }),
  });
  health.add({
    name: 'database',
    critical: false,
    check: async () => {
      await parts.store.ping();
      return { status: 'healthy' };
    },
  });
  health.add({ name: 'workers', critical: false, check: () => checkWorkers(parts) });
  health.add({ name: 'queues', critical: false, check: () => checkQueues(parts) });
  health.add({ name: 'services', critical: false, check: () => checkServices(parts.circuits) });
  health.add({ name: 'ai', critical: false, check: async () => checkAgentKeys(parts) });
  health.add({ name: 'budgets', critical: false, check: () => checkBudgets(parts) });
  health.add(recorderCheck(parts));
  health.add({
    name: 'intake',
    critical: false,
    check: async () => {
      const problems = parts.intake.views().filter((view) => view.intake.problem !== null);
      const details = Object.fromEntries(problems.map((view) => [view.id, view.intake.problem]));
      return { status: problems.length > 0 ? 'degraded' : 'healthy', details };
    },
  });
}

function recorderCheck({ consumer, leadership }: HealthParts): HealthCheck {
  return {
    name: 'recorder',
    critical: false,
    check: async () => {
      const lag = await consumer.lag();
      const status = lag > LAG_DEGRADED ? 'degraded' : 'healthy';
      return { status, details: { lag, term: leadership.term() } };
    },
  };
}
