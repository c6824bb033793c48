import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;

/** Waits until the check finds something; fails with what it waited for when the time is up. */
export async function until<Value>(
  what: string,
  timeoutMs: number,
  check: () => Promise<Value | null>,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await check();
    if (found !== null) return found;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(POLL_MS);
  }
}
