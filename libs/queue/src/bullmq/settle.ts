import { toError } from '@tamma/domain';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import type { Fate } from '../queue.ts';

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

/** Turns a fate into BullMQ's own moves. Returns when the job is complete, throws for everything else. */
export async function settle(job: Job, token: string, fate: Fate): Promise<void> {
  switch (fate.kind) {
    case 'done':
      return;
    case 'retry':
      throw new RetryLater(fate.why, fate.delayMs);
    case 'park':
      await job.moveToDelayed(fate.until, token);
      throw new DelayedError();
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

/**
 * The handler returns fates and throws only when something under it is broken. Parking does not count as a failed
 * run, so an outage burns no retries; the executor's cap on pick-ups still ends a task that can never run.
 */
export async function parkBroken(job: Job, token: string, thrown: unknown): Promise<never> {
  await job.log(`broken: ${toError(thrown).message}`);
  await job.moveToDelayed(Date.now() + BROKEN_HANDLER_DELAY_MS, token);
  throw new DelayedError();
}
