import { toError } from '@tamma/domain';
import { DelayedError, type Job, UnrecoverableError, WaitingChildrenError } from 'bullmq';
import type { Fate, FlowTask } from '../queue.ts';
import { wake } from './wake.ts';

/** How long a task waits after its handler itself broke, say because Redis went away under it. */
const BROKEN_HANDLER_DELAY_MS = 1000;

/** Carries the delay that the policy chose to BullMQ's backoff hook. */
class RetryLater extends Error {
  readonly delayMs: number;
  constructor(why: string, delayMs: number) {
    super(why);
    this.name = 'RetryLater';
    this.delayMs = delayMs;
  }
}

/** BullMQ's hook: an error that is not ours means a bug, and is not tried again behind the executor's back. */
export function backoffStrategy(_attemptsMade: number, _type?: string, error?: Error): number {
  return error instanceof RetryLater ? error.delayMs : -1;
}

/** A job that runs, and what settling it takes. */
export interface RunningJob {
  readonly job: Job;
  readonly token: string;
  /** Adds the tasks as children of the job; again when they were added before. */
  readonly addChildren: (job: Job, tasks: readonly FlowTask[]) => Promise<void>;
  readonly onError: (error: Error) => void;
}

/** Turns a fate into BullMQ's own moves. Returns when the job is complete, throws for everything else. */
export async function settle(running: RunningJob, fate: Fate): Promise<void> {
  const { job, token } = running;
  switch (fate.kind) {
    case 'done':
      return;
    case 'retry':
      throw new RetryLater(fate.why, fate.delayMs);
    case 'park':
      return park(running, fate);
    case 'spawn':
      return spawn(running, fate.tasks);
    case 'hand-back':
      // Not `moveToWait`: for a job with a priority it sets no marker, and idle workers sleep up to 5 s beside it.
      await job.moveToDelayed(Date.now(), token);
      throw new DelayedError();
    case 'stop':
      throw new UnrecoverableError(fate.why);
    case 'abandon':
      // Whoever overtook us holds the lock, so BullMQ refuses this move; should we hold it after all, it runs again.
      throw new RetryLater('overtaken by a later attempt', BROKEN_HANDLER_DELAY_MS);
  }
}

/** Whoever came while the job still ran could not wake it, so the last look is taken after the park. */
async function park(
  { job, token, onError }: RunningJob,
  { until, isOver }: Extract<Fate, { kind: 'park' }>,
): Promise<never> {
  await job.moveToDelayed(until, token);
  try {
    if (await isOver?.()) await wake(job);
  } catch (thrown) {
    // The job is parked and no longer ours: all that can be lost here is the shortcut.
    onError(toError(thrown));
  }
  throw new DelayedError();
}

/**
 * Children first, then the park: a job that dies in between is picked up again and adds the same children once more.
 * A child that fails for good keeps the job waiting, until a person has the child tried again.
 */
async function spawn(running: RunningJob, tasks: readonly FlowTask[]): Promise<never> {
  const { job, token } = running;
  try {
    await running.addChildren(job, tasks);
  } catch (thrown) {
    return parkBroken(job, token, thrown);
  }
  if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
  await job.moveToDelayed(Date.now(), token);
  throw new DelayedError();
}

/**
 * The handler returns fates and throws only when something under it is broken. Parking does not count as a failed
 * run, so an outage burns no retries; the executor's cap on pick-ups still ends a task that can never run.
 */
export async function parkBroken(job: Job, token: string, thrown: unknown): Promise<never> {
  await job.log(`broken: ${toError(thrown).message}`);
  await job.moveToDelayed(Date.now() + BROKEN_HANDLER_DELAY_MS, token);
  throw new DelayedError();
}
