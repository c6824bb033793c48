import type { AnyEvent } from '@tamma/domain';
import type { Loop } from '@tamma/process';
import { logEvent } from '@tamma/telemetry';
import type { DutiesOptions } from './duties-options.ts';
import { createFleet } from './fleet.ts';
import type { Intake } from './intake.ts';
import { type LoopTools, type TermParts, toolsOf } from './loop-tools.ts';
import { buildPlatformLoops } from './platform-loops.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { buildRecoveryLoops } from './recovery-loops.ts';
import { createRetention } from './retention.ts';
import { createStatusComments, type StatusComments } from './status-comments.ts';
import { createTimeouts } from './timeouts.ts';
import { createTurns } from './turns.ts';

const RETENTION_MS = 1000;
const TIMEOUTS_MS = 30_000;
const FLEET_MS = 5000;
const STATUS_MS = 2000;
const TROUBLE_MS = 3000;
/** Looks that follow each other closely: an outage of a server is over by then. */
const TROUBLE_LOOKS = 10;
/** Later ones come further and further apart, up to this many times the first rest. */
const TROUBLE_RESTS_MAX = 20;
/** Rest after a first failed pass; a good one waits inside for what comes next and needs no rest. */
const RECORDER_RETRY_MS = 200;

/**
 * The loops of one term, in the order in which they start. They stop in reverse: first what begins new work, last the
 * recorder, so that what the others told is on record.
 */
export function buildLoops(options: DutiesOptions, parts: TermParts): readonly Loop[] {
  const { store } = options;
  const { intake, takeTurn } = parts;
  const tools = toolsOf(options, parts.term);
  const { loop, onFailure } = tools;
  const common = { ...options, claims: store.claims, reader: store.reader, takeTurn, onFailure };
  const intakeLoop = loop('intake', options.pollIntervalMs, intake.runOnce);
  // Whoever writes about a workflow takes turns, so that its last words are the last.
  const takeCommentTurn = createTurns();
  const comments = createStatusComments({
    ...common,
    takeCommentTurn,
    requireLead: () => options.requireLead(parts.term),
  });
  const commentLoop = statusLoop(tools, comments);
  const retention = createRetention({
    ...common,
    takeCommentTurn,
    onRetired: intakeLoop.wake,
    onUntold: (workflowId, error) =>
      options.logger.warn({ workflowId, error: error.message }, 'issue not told that work stopped'),
  });
  const retentionLoop = loop('retention', RETENTION_MS, () => takeTurn(retention.runOnce));
  const recorder = recorderOf(options, parts, {
    onEnd: retentionLoop.wake,
    onRoom: intakeLoop.wake,
    onAll: (events) => {
      if (comments.note(events)) commentLoop.wake();
    },
  });
  const recorderLoop = loop('recorder', RECORDER_RETRY_MS, async () => {
    await recorder.runOnce();
    recorderLoop.wake();
  });
  return [
    recorderLoop,
    commentLoop,
    retentionLoop,
    loop('timeouts', TIMEOUTS_MS, createTimeouts(common).runOnce),
    loop('fleet', FLEET_MS, createFleet(options).runOnce),
    ...buildRecoveryLoops(options, { ...parts, ...tools, recorder }),
    loop('trouble', TROUBLE_MS, troubleWatch(intake, intakeLoop.wake)),
    ...buildPlatformLoops(options, { ...parts, ...tools }),
    intakeLoop,
  ];
}

/** What people are to know before the process ends is written before its recorder stops. */
function statusLoop({ loop }: LoopTools, comments: StatusComments): Loop {
  const inner = loop('status comments', STATUS_MS, comments.runOnce);
  return {
    ...inner,
    stop: async () => {
      await inner.stop();
      await comments.runOnce();
    },
  };
}

/**
 * Trouble with a project is looked at again soon: an outage of a second must not cost a whole interval. One that lasts
 * is looked at less and less often, since each look costs calls.
 */
function troubleWatch(intake: Intake, wake: () => void): () => Promise<void> {
  let [looks, wakeAt] = [0, 0];
  return async () => {
    if (intake.views().every((view) => view.intake.problem === null)) {
      [looks, wakeAt] = [0, 0];
      return;
    }
    looks += 1;
    if (looks < wakeAt) return;
    wakeAt = looks + Math.min(Math.max(1, looks - TROUBLE_LOOKS), TROUBLE_RESTS_MAX);
    wake();
  };
}

interface Wakes {
  readonly onAll: (events: readonly AnyEvent[]) => void;
  readonly onEnd: () => void;
  /** There may be a free slot, or something new for it. */
  readonly onRoom: () => void;
}

function recorderOf(options: DutiesOptions, { term, source }: TermParts, wakes: Wakes): Recorder {
  const { logger, store } = options;
  return createRecorder({
    ...options,
    consumer: source,
    term,
    writer: store.writer,
    onRecorded: (events) => {
      observe(options, events);
      wakes.onAll(events);
      if (events.some(isEnd)) wakes.onEnd();
      if (events.some(isPause) || events.some(isSubmission)) wakes.onRoom();
    },
    onProblem: (error) => logger.warn({ error: error.message }, 'artifact not copied'),
  });
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

/** A person who wants something worked on now does not wait for the next look at all of them. */
function isSubmission({ type, actor }: AnyEvent): boolean {
  if (type === 'WORKFLOW.STATE.CREATED') return actor.kind === 'human';
  return type === 'WORKFLOW.RESUMED.SUCCESS' || type === 'QUEUE.RESUMED.SUCCESS';
}

/** A workflow that waits for a person leaves its slot to the next one. */
function isPause(event: AnyEvent): boolean {
  const pauses = [
    'APPROVAL.REQUESTED.SUCCESS',
    'QUESTION.ASKED.SUCCESS',
    'ESCALATION.TRIGGERED.SUCCESS',
    'WORKFLOW.SUSPENDED.SUCCESS',
  ];
  return pauses.includes(event.type);
}
