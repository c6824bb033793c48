import type { WorkflowHashes } from '@tamma/coordination';
import { type AnyEvent, TammaError } from '@tamma/domain';
import type { EventConsumer, EventLog } from '@tamma/event-log';
import { createLoop, createSupervisor, type Loop, type Supervisor } from '@tamma/process';
import type { FlowQueue } from '@tamma/queue';
import type { Store } from '@tamma/store';
import { type Logger, logEvent, type Metrics } from '@tamma/telemetry';
import { createIntake, type Intake, type WatchedProject } from './intake.ts';
import type { LeaderDuties } from './leadership.ts';
import { createRecorder } from './recorder.ts';
import { createRetention } from './retention.ts';
import { createTimeouts } from './timeouts.ts';

/** Name of the recorder's place in the event log; all orchestrators share it, one at a time uses it. */
export const RECORDER = 'recorder';
const RETENTION_MS = 1000;
const TIMEOUTS_MS = 30_000;
/** The recorder waits inside its pass, so it needs no rest between passes. */
const RECORDER_REST_MS = 1;

export interface DutiesOptions {
  readonly store: Store;
  readonly eventLog: EventLog;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  readonly projects: readonly WatchedProject[];
  readonly maxConcurrent: number;
  readonly escalationDeadlineMs: number;
  readonly pollIntervalMs: number;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  readonly holdBack: () => Promise<string | null>;
  readonly now: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly onTermLost: () => void;
}

export interface Duties extends LeaderDuties {
  readonly intake: Intake;
}

/** Intake, recorder, retention and timeouts: what exactly one orchestrator does at a time. */
export function createDuties(options: DutiesOptions): Duties {
  const { store, now, logger } = options;
  const intake = createIntake({
    ...options,
    claims: store.claims,
    onProblem: (project, error) => logger.warn({ project, error: error.message }, 'project not looked at'),
  });
  let supervisor: Supervisor | null = null;
  let consumer: EventConsumer | null = null;

  return {
    intake,
    start: async (term) => {
      // One consumer per term: what an earlier term was handed and never acknowledged is handed out again.
      consumer = await options.eventLog.consumer(RECORDER);
      const started = buildServices(consumer, term);
      supervisor = createSupervisor(started, {
        name: 'Leader duties',
        onFailure: ({ service, during, error }) => logger.error({ service, during, error }, 'service failed'),
      });
      await supervisor.start();
      logger.info({ term }, 'leads');
    },
    stop: async () => {
      await supervisor?.stop();
      await consumer?.close();
      supervisor = null;
      consumer = null;
    },
  };

  function buildServices(source: EventConsumer, term: number): Loop[] {
    const loop = (name: string, intervalMs: number, runOnce: () => Promise<void>) =>
      createLoop({ name, intervalMs, runOnce, onError: (error) => onPassFailed(name, error) });
    const intakeLoop = loop('intake', options.pollIntervalMs, intake.runOnce);
    const retention = createRetention({ ...options, claims: store.claims, onRetired: intakeLoop.wake });
    const retentionLoop = loop('retention', RETENTION_MS, retention.runOnce);
    const timeouts = createTimeouts({ ...options, reader: store.reader });
    const recorder = createRecorder({
      ...options,
      consumer: source,
      term,
      writer: store.writer,
      onRecorded: (events) => {
        observe(options, events);
        if (events.some(isEnd)) retentionLoop.wake();
      },
    });
    const recorderLoop = loop('recorder', RECORDER_REST_MS, recorder.runOnce);
    return [recorderLoop, intakeLoop, retentionLoop, loop('timeouts', TIMEOUTS_MS, timeouts.runOnce)];
  }

  function onPassFailed(service: string, error: Error): void {
    if (error instanceof TammaError && error.code === 'TERM_LOST') options.onTermLost();
    logger.warn({ service, error: error.message, at: now() }, 'pass failed');
  }
}

/** Log lines and counters are made from facts, in one place, once they are on record. */
function observe({ logger, metrics }: DutiesOptions, events: readonly AnyEvent[]): void {
  for (const event of events) {
    logEvent(logger, event);
    metrics.observeEvent(event);
  }
}

function isEnd(event: AnyEvent): boolean {
  const ends = ['WORKFLOW.COMPLETED.SUCCESS', 'WORKFLOW.CANCELLED.SUCCESS', 'WORKFLOW.FAILED.PERMANENT'];
  return ends.includes(event.type);
}
