import type { AnyEvent } from '@tamma/domain';
import type { Loop } from '@tamma/process';
import { logEvent } from '@tamma/telemetry';
import type { DutiesOptions } from './duties-options.ts';
import { createFleet } from './fleet.ts';
import { type TermParts, toolsOf } from './loop-tools.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { buildRecoveryLoops } from './recovery-loops.ts';
import { createRetention } from './retention.ts';
import { createTimeouts } from './timeouts.ts';

const RETENTION_MS = 1000;
const TIMEOUTS_MS = 30_000;
const FLEET_MS = 5000;
const TROUBLE_MS = 3000;
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
  const retention = createRetention({
    ...common,
    onRetired: intakeLoop.wake,
    onUntold: (workflowId, error) =>
      options.logger.warn({ workflowId, error: error.message }, 'issue not told that work stopped'),
  });
  const retentionLoop = loop('retention', RETENTION_MS, () => takeTurn(retention.runOnce));
  const recorder = recorderOf(options, parts, {
    onEnd: retentionLoop.wake,
    onRoom: intakeLoop.wake,
  });
  const recorderLoop = loop('recorder', RECORDER_RETRY_MS, async () => {
    await recorder.runOnce();
    recorderLoop.wake();
  });
  return [
    recorderLoop,
    retentionLoop,
    loop('timeouts', TIMEOUTS_MS, createTimeouts(common).runOnce),
    loop('fleet', FLEET_MS, createFleet(options).runOnce),
    ...buildRecoveryLoops(options, { ...parts, ...tools, recorder }),
    // Trouble with a project is looked at again soon: an outage of a second must not cost a whole interval.
    loop('trouble', TROUBLE_MS, async () => {
      if (intake.views().some((view) => view.intake.problem !== null)) intakeLoop.wake();
    }),
    intakeLoop,
  ];
}

interface Wakes {
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
