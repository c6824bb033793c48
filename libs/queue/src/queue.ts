import type { TaskPayload } from '@tamma/contracts';
import type { Capability, TaskStatus } from '@tamma/domain';

/** A task as the engine sees it. How a queue names and nests it is the adapter's affair. */
export interface QueuedTask {
  readonly taskId: string;
  readonly capability: Capability;
}

export interface FlowTask extends QueuedTask {
  readonly payload: TaskPayload;
  /** From `queuePriority`: 1 to 2,097,151, lower runs first. */
  readonly priority: number;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** What the handler decided; the adapter turns it into the queue's own moves. */
export type Fate =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly delayMs: number; readonly why: string }
  | {
      readonly kind: 'park';
      readonly until: number;
      /**
       * Asked once it is parked: whether what it waits for came in the moment before, when nobody could wake it.
       * Then it is woken at once.
       */
      readonly isOver?: () => Promise<boolean>;
    }
  /** The tasks run first, in order, as children of this one; then this one runs again. No attempt is counted. */
  | { readonly kind: 'spawn'; readonly tasks: readonly FlowTask[] }
  /** Shutdown: another worker starts it at once, no attempt is counted. */
  | { readonly kind: 'hand-back' }
  /** Failed for good; its successors keep waiting. */
  | { readonly kind: 'stop'; readonly why: string }
  /** The attempt was overtaken: whoever overtook it settles. */
  | { readonly kind: 'abandon' };

export interface TaskAttempt {
  readonly payload: TaskPayload;
  /** Rises with every pick-up, also over a loss of the queue: the fencing number. */
  readonly attempt: number;
  /** Runs that failed before this one. */
  readonly failures: number;
  /** For the queue's own viewers; facts go into the event log. */
  reportProgress(percent: number, message: string): Promise<void>;
}

/** Limits over all workers together. */
export interface QueueLimits {
  /** Tasks that run at once; null for no limit. */
  readonly concurrency: number | null;
  /** Tasks that begin per period; null for no limit. */
  readonly rate: { readonly max: number; readonly perMs: number } | null;
}

/** A task that failed for good, as the queue tells it; not every one of them was stopped by a `stop` fate. */
export interface FailedTask extends QueuedTask {
  /** Null when it carries no usable payload. */
  readonly workflowId: string | null;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly failedAt: number;
}

export const ABORT_REASONS = ['shutdown', 'lock-lost', 'cancelled'] as const;
export type AbortReason = (typeof ABORT_REASONS)[number];

/** `signal.reason` is an `AbortReason`. */
export type TaskHandler = (task: TaskAttempt, signal: AbortSignal) => Promise<Fate>;

export interface ConsumeRequest {
  readonly capability: Capability;
  readonly concurrency: number;
  readonly handler: TaskHandler;
}

export interface TaskConsumer {
  /** Tasks that run here now. */
  running(): number;
  /** Takes nothing new; after the grace period running attempts are aborted with `shutdown` and handed back. */
  stop(graceMs: number): Promise<void>;
}

/** Flows of tasks over one queue per capability. */
export interface FlowQueue {
  /** Adds the tasks in running order, whole or not at all. Adding the same flow again changes nothing. */
  addFlow(tasks: readonly FlowTask[]): Promise<void>;
  /**
   * Mends a flow that lost some of its tasks. Given every task of its spine that has no outcome, in running order, it
   * makes sure that exactly they run, in that order: `intact` when they do already, at whatever point they are;
   * `restored` when what was left of the flow was removed and they were added anew, attempt numbers going on;
   * `busy`, with nothing changed, while a task of a broken flow runs: ask again later. Safe at any moment, and twice at
   * once. Rounds are not named: the task that asked for one adds it again.
   */
  restoreFlow(tasks: readonly FlowTask[]): Promise<'restored' | 'intact' | 'busy'>;
  /** Removes the whole flow, rounds included; `busy`, with nothing removed, while one of its tasks runs. */
  removeFlow(tasks: readonly QueuedTask[]): Promise<'removed' | 'busy'>;
  /** Null for a task that is not there. */
  readStatus(task: QueuedTask): Promise<TaskStatus | null>;
  /** Wakes a parked task now; false when it was not parked. */
  promote(task: QueuedTask): Promise<boolean>;
  /** Runs a task again that failed for good, with all its attempts; false when it has not failed. */
  retry(task: QueuedTask): Promise<boolean>;
  /** Has it queued by another priority (1 to 2,097,151) from now on; false for a task that is not there. */
  reprioritize(task: QueuedTask, priority: number): Promise<boolean>;
  /** Statuses in the order of the tasks, in one round trip; null for a task that is not there. */
  readStatuses(tasks: readonly QueuedTask[]): Promise<readonly (TaskStatus | null)[]>;
  /** No worker takes a task of it until it is resumed; what runs comes to its end. Kept in Redis. */
  pause(queue: Capability): Promise<void>;
  resume(queue: Capability): Promise<void>;
  paused(): Promise<ReadonlySet<Capability>>;
  /** They hold for every worker at once and are kept in Redis. */
  setLimits(queue: Capability, limits: QueueLimits): Promise<void>;
  /** Tasks that failed for good and were not tried again, the newest first, at most `limit` (1 to 1000). */
  listFailed(queue: Capability, limit: number): Promise<readonly FailedTask[]>;
  /** Its place among the queued tasks of its capability, counted from one; null when it is not queued. */
  position(task: QueuedTask): Promise<number | null>;
  counts(): Promise<Readonly<Record<Capability, QueueCounts>>>;
  consume(request: ConsumeRequest): Promise<TaskConsumer>;
  close(): Promise<void>;
}
