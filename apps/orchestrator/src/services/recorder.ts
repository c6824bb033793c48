import type { WorkflowHashes } from '@tamma/coordination';
import { type AnyEvent, ARTIFACT_NAMES, type ArtifactName } from '@tamma/domain';
import type { EventConsumer, LogEntry } from '@tamma/event-log';
import type { ArtifactBody, RecordWriter } from '@tamma/store';

/** How long a pass waits for the first entry; it only bounds how fast a stop is seen. */
const IDLE_WAIT_MS = 1000;
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
}

/** Moves the event log into PostgreSQL: batches, one transaction each, acknowledged after the commit. */
export function createRecorder(options: RecorderOptions): { runOnce(): Promise<void> } {
  let trimmedAt = options.now();
  // Kept until it is acknowledged: the consumer does not hand out again what it has handed out.
  let batch: readonly LogEntry[] = [];

  const trim = async () => {
    if (options.now() - trimmedAt < TRIM_INTERVAL_MS) return;
    trimmedAt = options.now();
    await options.consumer.trimTo(`${options.now() - TAIL_MS}-0`);
  };

  return {
    runOnce: async () => {
      if (batch.length === 0) batch = await collect(options);
      if (batch.length > 0) {
        const artifacts = await loadArtifacts(options.hashes, batch);
        const recorded = await options.writer.record({ term: options.term, entries: batch, artifacts });
        await options.consumer.acknowledge(batch.map((entry) => entry.offset));
        batch = [];
        options.onRecorded(recorded.flatMap((entry) => ('event' in entry ? [entry.event] : [])));
      }
      await trim();
    },
  };
}

/** What is there, plus what arrives within the flush interval: fewer and larger transactions under load. */
async function collect({
  consumer,
  batchSize,
  flushIntervalMs,
}: RecorderOptions): Promise<readonly LogEntry[]> {
  const first = await consumer.next({ max: batchSize, waitMs: IDLE_WAIT_MS });
  if (first.length === 0 || first.length >= batchSize) return first;
  const more = await consumer.next({ max: batchSize - first.length, waitMs: flushIntervalMs });
  return [...first, ...more];
}

/** A body that is gone or newer than its event has a later event of its own, or left with its workflow. */
async function loadArtifacts(hashes: WorkflowHashes, entries: readonly LogEntry[]): Promise<ArtifactBody[]> {
  const bodies: ArtifactBody[] = [];
  for (const entry of entries) {
    const body = 'event' in entry ? await loadArtifact(hashes, entry.event) : null;
    if (body !== null) bodies.push(body);
  }
  return bodies;
}

async function loadArtifact(hashes: WorkflowHashes, event: AnyEvent): Promise<ArtifactBody | null> {
  if (event.type !== 'ARTIFACT.WRITTEN.SUCCESS' || event.workflowId === undefined) return null;
  const { name, sha256 } = event.data;
  if (!isArtifactName(name)) return null;
  const text = await hashes.readArtifact(event.workflowId, name);
  return text === null ? null : { workflowId: event.workflowId, name, sha256, text };
}

function isArtifactName(name: string): name is ArtifactName {
  return ARTIFACT_NAMES.some((known) => known === name);
}
