import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskPayload } from '@tamma/contracts';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { ConsumeRequest, Fate, FlowTask, TaskAttempt, TaskConsumer } from '../queue.ts';
import { workerConnection } from './connection.ts';
import { readPayload } from './payload.ts';
import { backoffStrategy, parkBroken, settle } from './settle.ts';

/** Stalls are counted by the executor, with an event; BullMQ's own limit would fail a task silently. */
const STALLED_COUNT_MAX = 1000;
/** How long an idle worker may sleep through a lifted rate limit. */
const RATE_LIMIT_SLEEP_MAX_MS = 2000;
/** How long aborted attempts have to hand themselves back. */
const HAND_BACK_MS = 5000;

export interface ConsumerOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  /** Shown by queue viewers as the one who runs a task. */
  readonly workerName: string;
  readonly lockDurationMs: number;
  readonly stalledIntervalMs: number;
  readonly onError: (error: Error) => void;
  /** Adds the tasks as children of a job that runs here. */
  readonly addChildren: (job: Job, tasks: readonly FlowTask[]) => Promise<void>;
}

export async function startConsumer(
  request: ConsumeRequest,
  options: ConsumerOptions,
): Promise<TaskConsumer> {
  let running = 0;
  // BullMQ hands over a signal only to a function that declares all three parameters.
  const processor = async (job: Job, token: string | undefined, signal: AbortSignal | undefined) => {
    running += 1;
    try {
      await runJob(job, token ?? '', signal ?? new AbortController().signal);
    } finally {
      running -= 1;
    }
  };
  const runJob = async (job: Job, token: string, signal: AbortSignal) => {
    const payload = requirePayload(job);
    const running = { job, token, addChildren: options.addChildren, onError: options.onError };
    let fate: Fate;
    try {
      fate = await request.handler(attemptOf(job, payload), signal);
    } catch (thrown) {
      return parkBroken(running, thrown);
    }
    await settle(running, fate);
  };

  const worker = new Worker(request.capability, processor, {
    connection: workerConnection(options.redisUrl),
    prefix: options.prefix,
    name: options.workerName,
    concurrency: request.concurrency,
    lockDuration: options.lockDurationMs,
    stalledInterval: options.stalledIntervalMs,
    maxStalledCount: STALLED_COUNT_MAX,
    maximumRateLimitDelay: RATE_LIMIT_SLEEP_MAX_MS,
    settings: { backoffStrategy },
  });
  worker.on('error', options.onError);
  worker.on('lockRenewalFailed', (jobIds: string[]) => {
    for (const id of jobIds) worker.cancelJob(id, 'lock-lost');
  });
  await worker.waitUntilReady();

  let stopping: Promise<void> | undefined;
  return {
    running: () => running,
    stop: (graceMs) => {
      stopping ??= stopWorker(worker, graceMs);
      return stopping;
    },
  };
}

function requirePayload(job: Job): TaskPayload {
  const payload = readPayload(job.data);
  if (payload === null) throw new UnrecoverableError(`task ${job.id} carries no usable payload`);
  return payload;
}

function attemptOf(job: Job, payload: TaskPayload): TaskAttempt {
  return {
    payload,
    attempt: job.attemptsStarted + (payload.attemptsBefore ?? 0),
    failures: job.attemptsMade,
    reportProgress: (percent: number, message: string) => job.updateProgress({ percent, message }),
  };
}

async function stopWorker(worker: Worker, graceMs: number): Promise<void> {
  const closed = worker.close();
  if (await within(closed, graceMs)) return;
  worker.cancelAllJobs('shutdown');
  await within(closed, HAND_BACK_MS);
}

async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  const done = await Promise.race([promise.then(() => true), late]);
  timer.abort();
  return done;
}
