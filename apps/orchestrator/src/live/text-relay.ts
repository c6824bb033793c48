import type { LiveText } from '@tamma/coordination';
import { createLoop, type Service } from '@tamma/process';
import type { Audience } from './audience.ts';

/** How long a read waits for the first chunk; it bounds how fast a stop is seen. */
const IDLE_WAIT_MS = 500;
const REST_MS = 50;
const CHUNKS_MAX = 200;

export interface TextRelayOptions {
  readonly liveText: Pick<LiveText, 'next'>;
  readonly audience: Pick<Audience, 'followers'>;
  /** Told of the first of several failures in a row; text that comes meanwhile is lost. */
  readonly onTrouble: (error: Error) => void;
}

/** Hands streamed model text to whoever follows its workflow. */
export function createTextRelay({ liveText, audience, onTrouble }: TextRelayOptions): Service {
  let after: string | null = null;
  return createLoop({
    name: 'textRelay',
    intervalMs: REST_MS,
    runOnce: async () => {
      const page = await liveText.next(after, { limit: CHUNKS_MAX, waitMs: IDLE_WAIT_MS });
      after = page.after;
      for (const chunk of page.chunks) {
        for (const listener of audience.followers(chunk.workflowId)) listener.hearText(chunk);
      }
    },
    onError: (error, failuresInARow) => {
      if (failuresInARow === 1) onTrouble(error);
    },
  });
}
