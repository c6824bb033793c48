import type { Timers } from '../state/timers.ts';
import type { LiveSocket } from './socket.ts';

/** Coming back where the client does not by itself: the server ended the connection, refused it, or says nothing. */
export interface Return {
  /** How long to wait the next time. */
  wait(ms: number): void;
  later(): void;
  startOver(): void;
  cancel(): void;
}

const WAIT_MS = 2000;
const WAIT_MAX_MS = 30_000;

export function createReturn(socket: Pick<LiveSocket, 'connect' | 'disconnect'>, timers: Timers): Return {
  let cancel = (): void => {};
  let waitMs = WAIT_MS;
  return {
    wait: (ms) => {
      waitMs = Math.min(Math.max(ms, 0), WAIT_MAX_MS);
    },
    later: () => {
      cancel();
      cancel = timers.after(waitMs, () => socket.connect());
      waitMs = WAIT_MS;
    },
    startOver: () => {
      socket.disconnect();
      socket.connect();
    },
    cancel: () => cancel(),
  };
}
