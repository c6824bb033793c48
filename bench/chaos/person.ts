import { setTimeout as sleep } from 'node:timers/promises';
import { failedStepOf, PICK_UPS_MAX, type WorkflowState } from '@tamma/domain';
import type { Store } from '@tamma/store';
import type { Orchestrator } from './fleet/fleet.ts';
import { readStatesOrNull } from './wait-for-end.ts';

const LOOK_MS = 2000;
const ANSWER_MS = 5000;
/** Times the person has one workflow tried again. */
const RETRIES_MAX = 3;

export interface PersonOptions {
  readonly store: Store;
  readonly orchestrators: readonly Orchestrator[];
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * A step that was killed too often is taken for a crash loop, and a person is asked: that is as it should be, and here
 * is the person. Whatever else people are asked stays unanswered. Returns how many retries there were, by workflow.
 */
export async function retryCrashLoops(options: PersonOptions): Promise<ReadonlyMap<string, number>> {
  const { store, note, signal } = options;
  const retries = new Map<string, number>();
  while (!signal.aborted) {
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const states = (await readStatesOrNull(store)) ?? [];
    for (const { id } of states.filter(isCrashLoop)) {
      const before = retries.get(id) ?? 0;
      if (signal.aborted || before >= RETRIES_MAX || !(await askForRetry(id, options))) continue;
      retries.set(id, before + 1);
      note(`a person has ${id} tried again: a step of it was picked up more than ${PICK_UPS_MAX} times`);
    }
  }
  return retries;
}

function isCrashLoop(state: WorkflowState): boolean {
  const step = failedStepOf(state);
  return state.status === 'paused' && step !== null && step.error?.code === 'CRASH_LOOP';
}

/** False when nobody took it: whoever was asked may just have been killed. */
async function askForRetry(id: string, { orchestrators, signal }: PersonOptions): Promise<boolean> {
  for (const { baseUrl } of orchestrators) {
    try {
      const answer = await fetch(`${baseUrl}/api/v1/workflows/${id}/retry`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reason: 'only the chaos killed it' }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
      });
      if (answer.ok) return true;
    } catch (thrown) {
      // Not there just now, or frozen: the other one is asked, and then both again.
      if (!(thrown instanceof TypeError || thrown instanceof DOMException)) throw thrown;
    }
  }
  return false;
}
