import type { Circuits, QueuePauses, WorkerRegistry } from '@tamma/coordination';
import { CAPABILITIES } from '@tamma/domain';
import type { CheckResult } from '@tamma/process';
import type { FlowQueue } from '@tamma/queue';

export interface WorkersParts {
  readonly registry: Pick<WorkerRegistry, 'list'>;
  readonly offlineAfterMs: number;
  readonly now: () => number;
}

/** Whether every capability has a worker that was heard of lately: what nobody can do waits without an end. */
export async function checkWorkers({ registry, offlineAfterMs, now }: WorkersParts): Promise<CheckResult> {
  const workers = await registry.list();
  const alive = workers.filter((one) => now() - Date.parse(one.seenAt) < offlineAfterMs);
  const sandboxes = [...new Set(alive.map(({ sandbox }) => sandbox))];
  const able = new Set(alive.flatMap(({ capabilities }) => capabilities));
  const missing = CAPABILITIES.filter((capability) => !able.has(capability));
  const known = { alive: alive.length, sandboxes };
  if (missing.length === 0) return { status: 'healthy', details: known };
  const why = alive.length === 0 ? 'no worker is alive' : `no worker is alive for ${missing.join(', ')}`;
  return { status: 'degraded', details: { ...known, missing, why } };
}

export interface QueuesParts {
  readonly queue: Pick<FlowQueue, 'paused'>;
  readonly pauses: Pick<QueuePauses, 'list'>;
}

/** Which queues are paused, and by whom; the queue's own word counts, whoever paused it. */
export async function checkQueues({ queue, pauses }: QueuesParts): Promise<CheckResult> {
  const [paused, told] = await Promise.all([queue.paused(), pauses.list()]);
  if (paused.size === 0) return { status: 'healthy' };
  const details = [...paused].map((name) => {
    const pause = told.find((one) => one.queue === name);
    const by = pause === undefined ? 'nobody said why' : `${pause.by}: ${pause.why} (since ${pause.since})`;
    return [name, `paused, ${by}`];
  });
  return { status: 'degraded', details: Object.fromEntries(details) };
}

/** Which outside services are in trouble, or want to be left alone, and until when. */
export async function checkServices(
  circuits: Pick<Circuits, 'listCircuits' | 'listHolds'>,
): Promise<CheckResult> {
  const [open, holds] = await Promise.all([circuits.listCircuits(), circuits.listHolds()]);
  if (open.length + holds.length === 0) return { status: 'healthy' };
  const details = [
    ...open.map(({ service, operation, state }) => [
      `${service} ${operation}`,
      state.status === 'closed' ? 'closed' : `${state.status} until ${moment(state.untilMs)}: ${state.why}`,
    ]),
    ...holds.map(({ service, untilMs, why }) => [service, `held until ${moment(untilMs)}: ${why}`]),
  ];
  return { status: 'degraded', details: Object.fromEntries(details) };
}

function moment(ms: number): string {
  return new Date(ms).toISOString();
}
