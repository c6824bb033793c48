import { setTimeout as sleep } from 'node:timers/promises';

/** Waits before GitHub is asked again; a test need not. */
export type Pause = (ms: number) => Promise<unknown>;

export const pause: Pause = (ms) => sleep(ms);
