import type { QueuePause, QueuePauses } from '@tamma/coordination';
import { CAPABILITIES, type Capability, type Fact } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { FlowQueue } from '@tamma/queue';
import { orchestratorEvent } from './facts.ts';

export interface QueueControlDeps {
  readonly queue: FlowQueue;
  readonly pauses: QueuePauses;
  readonly eventLog: EventLog;
  readonly now: () => number;
}

export interface QueueRequest {
  readonly queue: Capability | 'all';
  readonly reason: string;
  /** Name of the person. */
  readonly by: string;
}

/** Times a queue is set anew when people pause and resume it at the same moment. */
const TRIES_MAX = 5;

/** Whether no queue gives out a task: then nothing new is started. */
export function isEverythingPaused(pauses: readonly Pick<QueuePause, 'queue'>[]): boolean {
  return CAPABILITIES.every((capability) => pauses.some(({ queue }) => queue === capability));
}

/** Nobody takes a task of the queue until a person resumes it. True when one of them ran before. */
export async function pauseQueues(deps: QueueControlDeps, request: QueueRequest): Promise<boolean> {
  const { reason: why, by } = request;
  const nowMs = deps.now();
  const since = new Date(nowMs).toISOString();
  const changed = await onEach(request, async (queue) => {
    const isNews = await deps.pauses.add({ queue, by, why, since });
    await makeSo(deps, queue);
    return isNews;
  });
  if (changed) await tell(deps, request, { nowMs, type: 'QUEUE.PAUSED.SUCCESS' });
  return changed;
}

/** True when one of them was paused. Saying it again also resumes what was left paused half-way. */
export async function resumeQueues(deps: QueueControlDeps, request: QueueRequest): Promise<boolean> {
  const changed = await onEach(request, async (queue) => {
    const isNews = await deps.pauses.remove(queue);
    await makeSo(deps, queue);
    return isNews;
  });
  if (changed) await tell(deps, request, { nowMs: deps.now(), type: 'QUEUE.RESUMED.SUCCESS' });
  return changed;
}

async function onEach(
  { queue }: QueueRequest,
  act: (queue: Capability) => Promise<boolean>,
): Promise<boolean> {
  const queues = queue === 'all' ? CAPABILITIES : [queue];
  return (await Promise.all(queues.map(act))).includes(true);
}

/** What people said counts. The queue is set to it, and set anew if somebody said otherwise meanwhile. */
async function makeSo({ queue, pauses }: QueueControlDeps, name: Capability): Promise<void> {
  const isPaused = async () => (await pauses.list()).some((pause) => pause.queue === name);
  let wanted = await isPaused();
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    await (wanted ? queue.pause(name) : queue.resume(name));
    const now = await isPaused();
    if (now === wanted) return;
    wanted = now;
  }
}

interface Told {
  readonly nowMs: number;
  readonly type: 'QUEUE.PAUSED.SUCCESS' | 'QUEUE.RESUMED.SUCCESS';
}

async function tell(deps: QueueControlDeps, request: QueueRequest, { nowMs, type }: Told): Promise<void> {
  const { queue, reason: why, by } = request;
  const fact: Fact = { type, data: { queue, why } };
  const word = type === 'QUEUE.PAUSED.SUCCESS' ? 'paused' : 'resumed';
  const event = orchestratorEvent(`queue.${queue}.${word}.${by}.${nowMs}`, fact, { nowMs, person: by });
  await deps.eventLog.append([event]);
}
