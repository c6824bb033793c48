import { setTimeout as sleep } from 'node:timers/promises';
import { hasWorkflowEnded, TammaError, type WorkflowState } from '@tamma/domain';
import type { Store } from '@tamma/store';
import { readStates } from './judge/look-at-record.ts';

const POLL_MS = 1000;
/** When all that is left has waited for people this long, nobody will come. */
const PEOPLE_MS = 15_000;

export interface EndRequest {
  readonly store: Store;
  readonly workflows: number;
  readonly deadlineMs: number;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves when nothing can move any more without a person, at the deadline, or when it is told to stop. */
export async function waitForEnd({ store, workflows, deadlineMs, note, signal }: EndRequest): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  let told = '';
  let movedAt = Date.now();
  while (Date.now() < deadline && !signal.aborted) {
    const states = await readStatesOrNull(store);
    if (states !== null) {
      const ended = states.filter(({ status }) => hasWorkflowEnded(status)).length;
      const asking = states.filter(({ status }) => status === 'paused').length;
      const line = `${ended} of ${workflows} workflows have ended, ${asking} wait for a person`;
      if (line !== told) note(line);
      if (line !== told || ended + asking < workflows) movedAt = Date.now();
      told = line;
      if (ended >= workflows && (await isQuiet(store))) return;
      if (Date.now() - movedAt > PEOPLE_MS) return note('nothing moves without a person');
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  note(signal.aborted ? 'told to stop' : 'the deadline has passed');
}

/** A claim is closed after the last word was said on its issue; unknown while PostgreSQL is away. */
async function isQuiet({ claims }: Store): Promise<boolean> {
  const open = await orNullWhileAway(() => claims.listStarted({ after: null, limit: 1 }));
  return open?.length === 0;
}

/** Null while PostgreSQL is away, which is part of the game. */
export async function readStatesOrNull({ reader }: Store): Promise<readonly WorkflowState[] | null> {
  return orNullWhileAway(() => readStates(reader));
}

async function orNullWhileAway<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof TammaError && thrown.class === 'network') return null;
    throw thrown;
  }
}
