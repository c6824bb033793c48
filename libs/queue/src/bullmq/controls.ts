import { CAPABILITIES, type Capability, TammaError } from '@tamma/domain';
import type { Queue } from 'bullmq';
import type { FailedTask, QueuedTask, QueueLimits } from '../queue.ts';
import { readPayload } from './payload.ts';

const PRIORITY_MAX = 2_097_151;
const FAILED_LIMIT_MAX = 1000;

export type FindQueue = (capability: Capability) => Queue;

export async function reprioritize(queue: Queue, task: QueuedTask, priority: number): Promise<boolean> {
  requireWithin('PRIORITY_INVALID', `priority of task ${task.taskId}`, {
    value: priority,
    max: PRIORITY_MAX,
  });
  const job = await queue.getJob(task.taskId);
  if (job === undefined) return false;
  try {
    await job.changePriority({ priority });
    return true;
  } catch (thrown) {
    if ((await queue.getJob(task.taskId)) !== undefined) throw thrown;
    return false;
  }
}

export async function readPaused(queueOf: FindQueue): Promise<ReadonlySet<Capability>> {
  const flags = await Promise.all(CAPABILITIES.map((capability) => queueOf(capability).isPaused()));
  return new Set(CAPABILITIES.filter((_, index) => flags[index]));
}

export async function setLimits(queue: Queue, { concurrency, rate }: QueueLimits): Promise<void> {
  const most = { max: Number.MAX_SAFE_INTEGER };
  if (concurrency !== null)
    requireWithin('LIMIT_INVALID', `concurrency of ${queue.name}`, { ...most, value: concurrency });
  if (rate !== null) {
    requireWithin('LIMIT_INVALID', `rate of ${queue.name}`, { ...most, value: rate.max });
    requireWithin('LIMIT_INVALID', `period in ms of ${queue.name}`, { ...most, value: rate.perMs });
  }
  if (concurrency === null) await queue.removeGlobalConcurrency();
  else await queue.setGlobalConcurrency(concurrency);
  if (rate === null) await queue.removeGlobalRateLimit();
  else await queue.setGlobalRateLimit(rate.max, rate.perMs);
  // A window that began under the old limit would hold the queue until its end.
  await queue.removeRateLimitKey();
}

export async function listFailed(queue: Queue, limit: number): Promise<readonly FailedTask[]> {
  requireWithin('LIMIT_INVALID', 'number of failed tasks', { value: limit, max: FAILED_LIMIT_MAX });
  const jobs = await queue.getFailed(0, limit - 1);
  return jobs.map((job) => ({
    taskId: job.id ?? '',
    capability: capabilityOf(queue),
    workflowId: readPayload(job.data)?.workflowId ?? null,
    reason: job.failedReason ?? 'no reason was given',
    failedAt: job.finishedOn ?? job.timestamp,
  }));
}

function capabilityOf(queue: Queue): Capability {
  const capability = CAPABILITIES.find((one) => one === queue.name);
  if (capability === undefined) throw new Error(`there is no queue "${queue.name}"`);
  return capability;
}

function requireWithin(code: string, what: string, { value, max }: { value: number; max: number }): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw new TammaError(code, `the ${what} is ${value}`, {
    class: 'validation',
    remedy: `give a whole number from 1 to ${max}`,
  });
}
