import type { WorkerRegistry } from '@tamma/coordination';
import type { AnyEvent, Capability, Fact } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import { createLoop, type Service } from '@tamma/process';

export interface RegistrationOptions {
  readonly workerId: string;
  readonly capabilities: readonly Capability[];
  readonly slots: number;
  readonly sandbox: string;
  readonly running: () => number;
  readonly registry: WorkerRegistry;
  readonly eventLog: EventLog;
  readonly heartbeatMs: number;
  readonly now: () => number;
  readonly onError: (error: Error) => void;
}

/** Signs the worker in, beats while it lives, and signs it off when it stops. */
export function createRegistration(options: RegistrationOptions): Service {
  const { workerId, capabilities, slots, sandbox, registry, eventLog, now } = options;
  const startedAt = new Date(now()).toISOString();
  const beat = () =>
    registry.report({
      workerId,
      capabilities,
      slots,
      sandbox,
      startedAt,
      running: options.running(),
      seenAt: new Date(now()).toISOString(),
    });
  let isRegistered = false;
  const loop = createLoop({
    name: 'heartbeat',
    intervalMs: options.heartbeatMs,
    runOnce: beat,
    onError: options.onError,
  });
  return {
    name: 'registration',
    start: async () => {
      if (isRegistered) return;
      isRegistered = true;
      await beat();
      const data = { workerId, capabilities: [...capabilities], sandbox };
      await eventLog.append([buildEvent(options, { type: 'WORKER.REGISTERED.SUCCESS', data })]);
      await loop.start();
    },
    stop: async () => {
      if (!isRegistered) return;
      isRegistered = false;
      await loop.stop();
      await registry.remove(workerId);
      await eventLog.append([
        buildEvent(options, { type: 'WORKER.UNREGISTERED.SUCCESS', data: { workerId } }),
      ]);
    },
  };
}

function buildEvent({ workerId, now }: RegistrationOptions, fact: Fact): AnyEvent {
  return {
    id: `${workerId}.${fact.type.split('.')[1]?.toLowerCase()}`,
    ...fact,
    at: new Date(now()).toISOString(),
    actor: { kind: 'worker', id: workerId },
    tags: { workerId },
    metadata: { schemaVersion: 1, source: 'worker' },
  };
}
