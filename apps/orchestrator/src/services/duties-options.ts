import type { Budgets, Circuits, QueuePauses, WorkerRegistry, WorkflowHashes } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import type { FlowQueue } from '@tamma/queue';
import type { Store } from '@tamma/store';
import type { Logger, Metrics } from '@tamma/telemetry';
import type { Bell } from './bell.ts';
import type { Census } from './census.ts';
import type { ConfiguredLimits } from './queue-limits.ts';
import type { RepairKind } from './reconciler.ts';
import type { WatchedProject } from './watched-project.ts';

/** What a leader needs for its duties. */
export interface DutiesOptions {
  readonly store: Store;
  readonly eventLog: EventLog;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  readonly registry: Pick<WorkerRegistry, 'list'>;
  readonly pauses: QueuePauses;
  readonly circuits: Circuits;
  readonly budgets: Budgets;
  /** US dollars a day for all projects together; null: no limit. */
  readonly dayLimitUsd: number | null;
  /** Rung when this process stored a delivery. */
  readonly bell: Bell;
  readonly census: Census;
  readonly projects: readonly WatchedProject[];
  readonly maxConcurrent: number;
  readonly escalationDeadlineMs: number;
  readonly suspendedDeadlineMs: number;
  readonly activeLimitMs: number;
  readonly offlineAfterMs: number;
  readonly queueLimits: ConfiguredLimits;
  readonly pollIntervalMs: number;
  readonly reconcileIntervalMs: number;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  readonly holdBack: () => Promise<string | null>;
  readonly now: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Throws when the term is over. */
  readonly requireLead: (term: number) => Promise<void>;
  readonly onTermLost: (term: number) => void;
  readonly onRepaired: (kind: RepairKind) => void;
}
