import type { Redis } from 'ioredis';
import type { FlowTask, QueuedTask } from '../queue.ts';
import { runScript } from './run-script.ts';
import { CLEAR_BROKEN_FLOW, REMOVE_FLOW } from './scripts.ts';

/** How long the attempt numbers of a flow that was taken apart are kept for whoever adds it anew. */
const NUMBERS_KEPT_MS = 3_600_000;
/** Who asks read the outcomes a moment ago; a task that completed longer ago and has none lost it and runs again. */
const COMPLETION_AGE_MAX_MS = 60_000;

export interface RestoreDeps {
  readonly redis: Redis;
  /** The prefix of the queues. */
  readonly prefix: string;
  readonly now: () => number;
  readonly addFlow: (tasks: readonly FlowTask[]) => Promise<void>;
}

export function jobKeyOf(prefix: string, { capability, taskId }: QueuedTask): string {
  return `${prefix}:${capability}:${taskId}`;
}

export async function removeFlow(
  { redis, prefix }: Pick<RestoreDeps, 'redis' | 'prefix'>,
  tasks: readonly QueuedTask[],
): Promise<'removed' | 'busy'> {
  if (tasks.length === 0) return 'removed';
  const keys = tasks.map((task) => jobKeyOf(prefix, task));
  const [verdict] = await runScript(redis, REMOVE_FLOW, keys);
  return verdict === 'busy' ? 'busy' : 'removed';
}

/** Taken apart and added in two steps: who is cut off between them finds nothing the next time, and adds it. */
export async function restoreFlow(
  deps: RestoreDeps,
  tasks: readonly FlowTask[],
): Promise<'restored' | 'intact' | 'busy'> {
  const last = tasks.at(-1);
  if (last === undefined) return 'intact';
  const [verdict, ...made] = await runScript(deps.redis, CLEAR_BROKEN_FLOW, [
    `${deps.prefix}:attempts:${last.taskId}`,
    String(NUMBERS_KEPT_MS),
    String(deps.now()),
    String(COMPLETION_AGE_MAX_MS),
    ...tasks.map((task) => jobKeyOf(deps.prefix, task)),
  ]);
  if (verdict === 'intact' || verdict === 'busy') return verdict;
  await deps.addFlow(tasks.map((task, place) => goOnFrom(task, Number(made[place]))));
  return 'restored';
}

function goOnFrom(task: FlowTask, attemptsMade: number): FlowTask {
  const attemptsBefore = Math.max(task.payload.attemptsBefore ?? 0, attemptsMade);
  if (attemptsBefore === 0) return task;
  return { ...task, payload: { ...task.payload, attemptsBefore } };
}
