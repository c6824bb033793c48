import type { WorkerRegistry } from '@tamma/coordination';
import type { EventConsumer } from '@tamma/event-log';
import type { HealthMonitor } from '@tamma/process';
import type { Store } from '@tamma/store';
import type { Redis } from 'ioredis';
import type { Intake } from './services/intake.ts';
import type { Leadership } from './services/leadership.ts';

/** A record this far behind is worth a look. */
const LAG_DEGRADED = 10_000;

export interface HealthParts {
  readonly redis: Redis;
  readonly store: Store;
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
  health.add({
    name: 'workers',
    critical: false,
    check: async () => {
      const workers = await parts.registry.list();
      const alive = workers.filter((one) => parts.now() - Date.parse(one.seenAt) < parts.offlineAfterMs);
      const sandboxes = [...new Set(alive.map((one) => one.sandbox))];
      return {
        status: alive.length > 0 ? 'healthy' : 'degraded',
        details: {
          alive: alive.length,
          sandboxes,
          ...(alive.length > 0 ? {} : { why: 'no worker is alive' }),
        },
      };
    },
  });
  health.add({
    name: 'recorder',
    critical: false,
    check: async () => {
      const lag = await parts.consumer.lag();
      return {
        status: lag > LAG_DEGRADED ? 'degraded' : 'healthy',
        details: { lag, term: parts.leadership.term() },
      };
    },
  });
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
