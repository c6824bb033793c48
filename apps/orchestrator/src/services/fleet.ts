import type { WorkerRegistry } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import { orchestratorEvent } from '../use-cases/facts.ts';

export interface FleetOptions {
  readonly registry: Pick<WorkerRegistry, 'list'>;
  readonly eventLog: Pick<EventLog, 'appendOnce'>;
  /** Time without a report after which a worker counts as lost, in milliseconds. */
  readonly offlineAfterMs: number;
  readonly now: () => number;
}

/** Tells of workers that are not heard of any more and never signed off: once for each loss. */
export function createFleet(options: FleetOptions): { runOnce(): Promise<void> } {
  const { registry, eventLog, offlineAfterMs, now } = options;
  return {
    runOnce: async () => {
      const nowMs = now();
      for (const { workerId, seenAt, running } of await registry.list()) {
        if (nowMs - Date.parse(seenAt) < offlineAfterMs) continue;
        const fact = { type: 'WORKER.LOST.SUCCESS', data: { workerId, seenAt, running } } as const;
        const id = `worker.${workerId}.lost.${Date.parse(seenAt)}`;
        await eventLog.appendOnce(orchestratorEvent(id, fact, { nowMs, tags: { workerId } }));
      }
    },
  };
}
