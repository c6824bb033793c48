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
import { createTurns } from './turns.ts';
import { createWaking } from './waking.ts';

/** Name of the recorder's place in the event log; all orchestrators share it, one at a time uses it. */
export const RECORDER = 'recorder';
const RETENTION_MS = 1000;
const TIMEOUTS_MS = 30_000;
const WAKING_MS = 5000;
const TROUBLE_MS = 3000;
/** Rest after a first failed pass; a good one waits inside for what comes next and needs no rest. */
const RECORDER_RETRY_MS = 200;
/** Shorter than what the process allows itself for its whole shutdown. */
const STOP_DEADLINE_MS = 5000;

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
  readonly onTermLost: (term: number) => void;
}

export interface Duties extends LeaderDuties {
  readonly intake: Intake;
}

/** Intake, recorder, retention, timeouts and waking: what exactly one orchestrator does at a time. */
export function createDuties(options: DutiesOptions): Duties {
  const { eventLog, logger } = options;
  // A workflow must not be taken away between the look at its claim and its start.
  const takeTurn = createTurns();
  const onProblem = (project: string, error: Error) =>
    logger.warn({ project, error: error.message }, 'project not looked at');
  const intake = createIntake({ ...options, claims: options.store.claims, takeTurn, onProblem });
  let wanted: number | null = null;
  let supervisor: Supervisor | null = null;
  let consumer: EventConsumer | null = null;

  return {
    intake,
    start: async (term) => {
      wanted = term;
      // One consumer per term: what an earlier term was handed and never acknowledged is handed out again.
      const source = await eventLog.consumer(RECORDER);
      if (wanted !== term) {
        await source.close();
        throw termLost(term);
      }
      consumer = source;
      supervisor = createSupervisor(buildServices(options, { source, term, intake, takeTurn }), {
        name: 'Leader duties',
        stopDeadlineMs: STOP_DEADLINE_MS,
        onFailure: ({ service, during, error }) => logger.error({ service, during, error }, 'service failed'),
      });
      await supervisor.start();
      logger.info({ term }, 'leads');
    },
    stop: async () => {
      wanted = null;
      const ending = { supervisor, consumer };
      supervisor = null;
      consumer = null;
      try {
        await ending.supervisor?.stop();
      } finally {
        await ending.consumer?.close();
      }
    },
  };
}

interface TermParts {
  readonly term: number;
  readonly source: EventConsumer;
  readonly intake: Intake;
  readonly takeTurn: ReturnType<typeof createTurns>;
}

function buildServices(options: DutiesOptions, { term, source, intake, takeTurn }: TermParts): Loop[] {
  const { store, logger, onTermLost, pollIntervalMs } = options;
  const loop = (name: string, intervalMs: number, runOnce: (signal: AbortSignal) => Promise<void>) => {
    const onError = (error: Error) => {
      if (error instanceof TammaError && error.code === 'TERM_LOST') onTermLost(term);
      logger.warn({ service: name, error: error.message }, 'pass failed');
    };
    return createLoop({ name, intervalMs, runOnce, onError });
  };
  const onFailure = (workflowId: string, error: Error) =>
    logger.warn({ workflowId, error: error.message }, 'workflow not attended to');
  const intakeLoop = loop('intake', pollIntervalMs, intake.runOnce);
  const retention = createRetention({
    ...options,
    claims: store.claims,
    reader: store.reader,
    onRetired: intakeLoop.wake,
    onFailure,
    onUntold: (workflowId, error) =>
      logger.warn({ workflowId, error: error.message }, 'issue not told that work stopped'),
  });
  const retentionLoop = loop('retention', RETENTION_MS, () => takeTurn(retention.runOnce));
  const recorder = createRecorder({
    ...options,
    consumer: source,
    term,
    writer: store.writer,
    onRecorded: (events) => {
      observe(options, events);
      if (events.some(isEnd)) retentionLoop.wake();
      if (events.some(isPause) || events.some(isSubmission)) intakeLoop.wake();
    },
    onProblem: (error) => logger.warn({ error: error.message }, 'artifact not copied'),
  });
  const recorderLoop = loop('recorder', RECORDER_RETRY_MS, async () => {
    await recorder.runOnce();
    recorderLoop.wake();
  });
  const timeouts = createTimeouts({ ...options, reader: store.reader, onFailure });
  // Trouble with a project is looked at again soon: an outage of a second must not cost a whole interval.
  const troubleLoop = loop('trouble', TROUBLE_MS, async () => {
    if (intake.views().some((view) => view.intake.problem !== null)) intakeLoop.wake();
  });
  const timeoutsLoop = loop('timeouts', TIMEOUTS_MS, timeouts.runOnce);
  const waking = createWaking({ ...options, reader: store.reader, onFailure });
  const wakingLoop = loop('waking', WAKING_MS, waking.runOnce);
  return [recorderLoop, intakeLoop, troubleLoop, retentionLoop, timeoutsLoop, wakingLoop];
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

/** A person who wants an issue worked on now does not wait for the next look at all of them. */
function isSubmission({ type, actor }: AnyEvent): boolean {
  return type === 'WORKFLOW.STATE.CREATED' && actor.kind === 'human';
}

/** A workflow that waits for a person leaves its slot to the next one. */
function isPause(event: AnyEvent): boolean {
  const pauses = ['APPROVAL.REQUESTED.SUCCESS', 'QUESTION.ASKED.SUCCESS', 'ESCALATION.TRIGGERED.SUCCESS'];
  return pauses.includes(event.type);
}

function termLost(term: number): TammaError {
  return new TammaError('TERM_LOST', `term ${term} was over before its duties began`, { class: 'conflict' });
}
