import { createHash } from 'node:crypto';
import type { WorkflowHashes } from '@tamma/coordination';
import { type AnyEvent, reportError, TammaError, toError } from '@tamma/domain';
import type { EventConsumer, LogEntry } from '@tamma/event-log';
import { settleWithin } from '@tamma/process';
import type { ArtifactBody, RecordWriter } from '@tamma/store';

/** How long a pass waits for the first entry; it only bounds how fast a stop is seen. */
const IDLE_WAIT_MS = 200;
/** How long somebody waits for what is in hand to be on record. */
const SETTLE_MAX_MS = 10_000;
/** Batches in one transaction while more waits than one holds: each has to write fewer states of the same workflows. */
const BATCHES_WHEN_BEHIND = 4;
/** Recorded entries stay in the log this long, so that a client that comes back is answered from Redis. */
const TAIL_MS = 3_600_000;
const TRIM_INTERVAL_MS = 60_000;

export interface RecorderOptions {
  readonly term: number;
  readonly consumer: EventConsumer;
  readonly writer: RecordWriter;
  readonly hashes: WorkflowHashes;
  readonly batchSize: number;
  readonly flushIntervalMs: number;
  readonly now: () => number;
  /** Told of every event that was new to the record, in log order, after it is safe. */
  readonly onRecorded: (events: readonly AnyEvent[]) => void;
  /** Told of a body that cannot be copied; its event is recorded all the same. */
  readonly onProblem: (error: Error) => void;
}

export interface Recorder {
  runOnce(): Promise<void>;
  /**
   * Resolves when all that was in hand is on record: when Redis has lost the log, that is the last that is known.
   * Rejects when it could not be recorded, or with code `RECORD_BEHIND` when that takes too long.
   */
  settled(): Promise<void>;
}

/** Moves the event log into PostgreSQL: batches, one transaction each, acknowledged after the commit. */
export function createRecorder(options: RecorderOptions): Recorder {
  let pass: Promise<void> = Promise.resolve();
  let trimmedAt = options.now();
  // Kept until it is acknowledged: the consumer does not hand out again what it has handed out.
  let batch: readonly LogEntry[] = [];

  const trim = async () => {
    if (options.now() - trimmedAt < TRIM_INTERVAL_MS) return;
    trimmedAt = options.now();
    await options.consumer.trimTo(`${options.now() - TAIL_MS}-0`);
  };

  const record = async () => {
    if (batch.length === 0) batch = await collect(options);
    if (batch.length > 0) {
      const artifacts = await loadArtifacts(options, batch);
      const recorded = await options.writer.record({ term: options.term, entries: batch, artifacts });
      // Told before the acknowledgement: if that fails, the repeat finds nothing new to tell.
      options.onRecorded(recorded.flatMap((entry) => ('event' in entry ? [entry.event] : [])));
      await options.consumer.acknowledge(batch.map((entry) => entry.offset));
      batch = [];
    }
    await trim();
  };

  return {
    runOnce: () => {
      pass = record();
      return pass;
    },
    settled: () => settleWithin(pass, SETTLE_MAX_MS, recordBehind),
  };
}

function recordBehind(): TammaError {
  return new TammaError('RECORD_BEHIND', 'what was read from the event log is not on record yet', {
    class: 'network',
    remedy: 'see that PostgreSQL answers',
  });
}

/** What is there, plus what arrives within the flush interval: fewer and larger transactions under load. */
async function collect({
  consumer,
  batchSize,
  flushIntervalMs,
}: RecorderOptions): Promise<readonly LogEntry[]> {
  const first = await consumer.next({ max: batchSize, waitMs: IDLE_WAIT_MS });
  if (first.length === 0) return first;
  const isBehind = first.length >= batchSize;
  const request = isBehind
    ? { max: batchSize * (BATCHES_WHEN_BEHIND - 1), waitMs: 0 }
    : { max: batchSize - first.length, waitMs: flushIntervalMs };
  try {
    return [...first, ...(await consumer.next(request))];
  } catch {
    // What was read is recorded first: if Redis is gone, nobody can read it again. The next pass meets the trouble.
    return first;
  }
}

async function loadArtifacts(
  options: RecorderOptions,
  entries: readonly LogEntry[],
): Promise<readonly ArtifactBody[]> {
  const bodies: ArtifactBody[] = [];
  for (const entry of entries) {
    const body = 'event' in entry ? await loadArtifact(options, entry.event) : null;
    if (body !== null) bodies.push(body);
  }
  return bodies;
}

/** Null for a body that is not the one the event names: it is gone, or a newer one has an event of its own. */
async function loadArtifact(options: RecorderOptions, event: AnyEvent): Promise<ArtifactBody | null> {
  if (event.type !== 'ARTIFACT.WRITTEN.SUCCESS' || event.workflowId === undefined) return null;
  const { workflowId } = event;
  const { name, sha256 } = event.data;
  try {
    const text = await options.hashes.readArtifact(workflowId, name);
    if (text === null || hashOf(text) !== sha256) return null;
    return { workflowId, name, sha256, text };
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    options.onProblem(new Error(`${name} of workflow ${workflowId} is damaged: ${toError(thrown).message}`));
    return null;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What does not unpack now never will; trying it for ever would stop the whole record. */
function isDamage(thrown: unknown): boolean {
  return reportError(thrown).code.startsWith('Z_');
}
