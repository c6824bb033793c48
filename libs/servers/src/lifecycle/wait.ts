import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../process-identity.ts';
import type { RunningServer, ServerSpec } from './spec.ts';

const POLL_MS = 20;

/** `silent`: it never answered within `silentWithinMs`; `late`: it answered but was not ready in time. */
export type WaitOutcome = 'ready' | 'gone' | 'silent' | 'late';

/** Waits until the server serves, is gone, or a deadline passes; rejects with the signal's reason when aborted. */
export async function waitUntilReady(
  spec: ServerSpec,
  running: RunningServer,
  silentWithinMs = spec.readyWithinMs,
): Promise<WaitOutcome> {
  const { signal } = spec.surroundings;
  const begun = performance.now();
  let answered = false;
  for (;;) {
    signal?.throwIfAborted();
    const readiness = await spec.probe(running);
    if (readiness === 'ready') return 'ready';
    if (!(await isAlive(running.identity))) return 'gone';
    answered ||= readiness === 'starting';
    const waitedMs = performance.now() - begun;
    if (!answered && waitedMs > silentWithinMs) return 'silent';
    if (waitedMs > spec.readyWithinMs) return 'late';
    await sleep(POLL_MS);
  }
}
