import { LOG_START } from '@tamma/event-log';
import { createLoop, type Service, settleWithin } from '@tamma/process';

const LOOK_EVERY_MS = 500;
const LOOK_LIMIT_MS = 5000;

/** A place in the log up to which the record has everything. A moment old, which only makes it safer. */
export interface Settled extends Service {
  place(): string;
}

/** `onTrouble` is told of the first of several failures in a row; the place stays what it was. */
export function createSettled(
  settledOffset: () => Promise<string>,
  onTrouble: (error: Error) => void,
): Settled {
  let place = LOG_START;
  const late = () => new Error(`the recorder's place was not found within ${LOOK_LIMIT_MS} ms`);
  const look = async () => {
    place = await settleWithin(settledOffset(), LOOK_LIMIT_MS, late);
  };
  const loop = createLoop({
    name: 'settled',
    intervalMs: LOOK_EVERY_MS,
    runOnce: look,
    onError: (error, failuresInARow) => {
      if (failuresInARow === 1) onTrouble(error);
    },
  });
  return {
    ...loop,
    place: () => place,
    start: async () => {
      await look();
      await loop.start();
    },
  };
}
