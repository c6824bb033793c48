import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;
/** Ends what waits in vain; a full machine is to be no reason. Below mocha's limit, so that a failure says what was waited for. */
const PATIENCE_MS = 30_000;

/** Waits until `check` returns something other than undefined, null or false; fails with `what` when it never does. */
export async function eventually<Value>(
  what: string,
  check: () => Promise<Value> | Value,
  timeoutMs = PATIENCE_MS,
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(POLL_MS);
  }
}
