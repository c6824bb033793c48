import { compareOffsets } from '@tamma/contracts';
import { type EventLog, LOG_START } from '@tamma/event-log';
import type { RecordReader } from '@tamma/store';

export interface LossWatchOptions {
  readonly eventLog: Pick<EventLog, 'firstOffset'>;
  readonly reader: Pick<RecordReader, 'recordedTo'>;
  /** Called once for each loss. */
  readonly onLoss: () => void;
}

/**
 * Notices that Redis came back without what it held: what was recorded lately is kept in the log for a while, so a log
 * that begins after the newest event on record has lost some. A long silence looks the same, and is told once as well.
 */
export function createLossWatch({ eventLog, reader, onLoss }: LossWatchOptions): {
  runOnce(): Promise<void>;
} {
  let told: string | null = null;
  return {
    runOnce: async () => {
      // In this order: what is recorded between the two only makes the record longer.
      const first = await eventLog.firstOffset();
      const recordedTo = await reader.recordedTo();
      const isWhole = first !== null && compareOffsets(first, recordedTo) <= 0;
      if (recordedTo === LOG_START || isWhole || recordedTo === told) return;
      told = recordedTo;
      onLoss();
    },
  };
}
