import type { Capability } from '@tamma/domain';

/** What a worker says about itself with every heartbeat. */
export interface WorkerReport {
  readonly workerId: string;
  readonly capabilities: readonly Capability[];
  /** Tasks running now, of how many it would run at once. */
  readonly running: number;
  readonly slots: number;
  readonly sandbox: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seenAt: string;
}

export interface WorkerRegistry {
  report(worker: WorkerReport): Promise<void>;
  remove(workerId: string): Promise<void>;
  /** Every worker that has not signed off, seen within the last hour: the reader judges by `seenAt`. */
  list(): Promise<readonly WorkerReport[]>;
}
