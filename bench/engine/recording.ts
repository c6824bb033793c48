import { parseOffset } from '@tamma/contracts';
import type { WorkflowHashes } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import { createLoop } from '@tamma/process';
import type { RecordWriter, Store } from '@tamma/store';
import { createLogger, createMetrics, logEvent } from '@tamma/telemetry';
import { createRecorder } from '../../apps/orchestrator/src/services/recorder.ts';
import { events } from './defaults.ts';

const LEASE_MS = 3_600_000;
/** As in `apps/orchestrator/src/services/duties.ts`. */
const RECORDER = 'recorder';
const RETRY_MS = 200;

export interface Recording extends AsyncDisposable {
  /** Of each event, how long after its commit it was on record, in milliseconds; empties the list. */
  takeLags(): readonly number[];
  /** Events on record that no earlier batch had. */
  recorded(): number;
  /** Entries of the log that are not on record. */
  backlog(): Promise<number>;
  settledOffset(): Promise<string>;
}

/** The recorder with the log lines and counters that the orchestrator makes of what it records. */
export async function startRecording(
  { eventLog, hashes }: { readonly eventLog: EventLog; readonly hashes: WorkflowHashes },
  store: Store,
): Promise<Recording> {
  const consumer = await eventLog.consumer(RECORDER);
  const term = await store.lease.acquire(`bench-${process.pid}`, LEASE_MS);
  if (term === null) throw new Error('somebody else leads on the database of the bench');
  const { writer, takeLags } = timed(store.writer);
  const logger = createLogger({ name: 'bench', level: 'info', destination: { write: () => {} } });
  const metrics = createMetrics();
  let recorded = 0;
  const recorder = createRecorder({
    term,
    consumer,
    writer,
    hashes,
    batchSize: events.batchSize,
    flushIntervalMs: events.flushInterval,
    now: Date.now,
    onRecorded: (fresh) => {
      recorded += fresh.length;
      for (const event of fresh) {
        logEvent(logger, event);
        metrics.observeEvent(event);
      }
    },
    onProblem: report,
  });
  const loop = createLoop({
    name: 'recorder',
    intervalMs: RETRY_MS,
    runOnce: async () => {
      await recorder.runOnce();
      loop.wake();
    },
    onError: report,
  });
  await loop.start();
  return {
    takeLags,
    recorded: () => recorded,
    backlog: () => consumer.lag(),
    settledOffset: () => consumer.settledOffset(),
    [Symbol.asyncDispose]: async () => {
      await loop.stop();
      await consumer.close();
      await store.lease.release(`bench-${process.pid}`, term);
    },
  };
}

/** An offset begins with the millisecond of the commit, by the clock of this machine. */
function timed(writer: RecordWriter) {
  let lags: number[] = [];
  return {
    takeLags: () => {
      const taken = lags;
      lags = [];
      return taken;
    },
    writer: {
      record: async (request: Parameters<RecordWriter['record']>[0]) => {
        const recorded = await writer.record(request);
        const nowMs = Date.now();
        for (const { offset } of request.entries) lags.push(nowMs - parseOffset(offset).ms);
        return recorded;
      },
    },
  };
}

function report(error: Error): void {
  process.stderr.write(`recorder: ${error.message}\n`);
}
