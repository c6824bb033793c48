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
  /** Rises with every pick-up: the fencing number. */
  readonly attempt: number;
  /** Runs that failed before this one. */
  readonly failures: number;
  /** For the queue's own viewers; facts go into the event log. */
  reportProgress(percent: number, message: string): Promise<void>;
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
  /** Removes the whole flow, rounds included; `busy` while one of its tasks runs. */
  removeFlow(tasks: readonly QueuedTask[]): Promise<'removed' | 'busy'>;
  /** Null for a task that is not there. */
  readStatus(task: QueuedTask): Promise<TaskStatus | null>;
  /** Wakes a parked task now; false when it was not parked. */
  promote(task: QueuedTask): Promise<boolean>;
  /** Runs a task again that failed for good, with all its attempts; false when it has not failed. */
  retry(task: QueuedTask): Promise<boolean>;
  /** Its place among the queued tasks of its capability, counted from one; null when it is not queued. */
  position(task: QueuedTask): Promise<number | null>;
  counts(): Promise<Readonly<Record<Capability, QueueCounts>>>;
  consume(request: ConsumeRequest): Promise<TaskConsumer>;
  close(): Promise<void>;
}
