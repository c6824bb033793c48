import type { Capability } from '@tamma/domain';

export interface QueuePause {
  readonly queue: Capability;
  readonly by: string;
  readonly why: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Who paused which queue, and why; the queue itself knows only that it is. */
export interface QueuePauses {
  /** False when somebody paused it before: that one stands. */
  add(pause: QueuePause): Promise<boolean>;
  /** False when nobody had paused it. */
  remove(queue: Capability): Promise<boolean>;
  list(): Promise<readonly QueuePause[]>;
}
