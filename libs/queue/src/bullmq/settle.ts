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
    // BullMQ takes a negative delay for "never again".
    this.delayMs = Math.max(0, Math.round(delayMs));
  }
}

/**
 * BullMQ's hook. An error that is not ours comes from BullMQ itself, which could not make a move: nothing is wrong with
 * the task, so it is tried again. Should that never end, its attempts do, and it is among the failed ones.
 */
export function backoffStrategy(_attemptsMade: number, _type?: string, error?: Error): number {
  return error instanceof RetryLater ? error.delayMs : BROKEN_HANDLER_DELAY_MS;
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
  try {
    await move(running, fate);
  } catch (thrown) {
    if (isMove(thrown)) throw thrown;
    return parkBroken(running, thrown);
  }
}

function isMove(thrown: unknown): boolean {
  return [RetryLater, DelayedError, WaitingChildrenError, UnrecoverableError].some(
    (kind) => thrown instanceof kind,
  );
}

async function move(running: RunningJob, fate: Fate): Promise<void> {
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
async function park(running: RunningJob, { until, isOver }: Extract<Fate, { kind: 'park' }>): Promise<never> {
  const { job, token } = running;
  try {
    await job.moveToDelayed(until, token);
  } catch (thrown) {
    // Its answer may have been lost with a connection: then it is parked all the same, and the look is due.
    if (isOver !== undefined) await wakeIfOver(running, isOver);
    throw thrown;
  }
  if (isOver !== undefined) await wakeIfOver(running, isOver);
  throw new DelayedError();
}

async function wakeIfOver({ job, onError }: RunningJob, isOver: () => Promise<boolean>): Promise<void> {
  try {
    if (await isOver()) await wake(job);
  } catch (thrown) {
    // The job is parked and no longer ours: all that can be lost here is the shortcut.
    onError(toError(thrown));
  }
}

/**
 * Children first, then the park: a job that dies in between is picked up again and adds the same children once more.
 * A child that fails for good keeps the job waiting, until a person has the child tried again.
 */
async function spawn(running: RunningJob, tasks: readonly FlowTask[]): Promise<never> {
  const { job, token } = running;
  await running.addChildren(job, tasks);
  if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
  await job.moveToDelayed(Date.now(), token);
  throw new DelayedError();
}

/**
 * The handler returns fates and throws only when something under it is broken; moves fail when Redis refuses them.
 * Parking does not count as a failed run, so an outage burns no retries; the executor's cap on pick-ups still ends a
 * task that can never run.
 */
export async function parkBroken({ job, token, onError }: RunningJob, thrown: unknown): Promise<never> {
  onError(toError(thrown));
  await job.log(`broken: ${toError(thrown).message}`).catch((error: unknown) => onError(toError(error)));
  await job.moveToDelayed(Date.now() + BROKEN_HANDLER_DELAY_MS, token);
  throw new DelayedError();
}
