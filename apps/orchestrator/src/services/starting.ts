import { toError } from '@tamma/domain';
import type { OpenClaim } from '@tamma/store';
import { type StartDeps, startWorkflow } from '../use-cases/start-workflow.ts';
import type { TakeTurn } from './turns.ts';

/** Starts that one pass tries; the next pass tries the rest. */
const STARTS_MAX = 100;

export interface StartingOptions extends StartDeps {
  readonly maxConcurrent: number;
  readonly takeTurn: TakeTurn;
}

/**
 * Starts claimed workflows as long as slots are free, best score first. One that cannot be started is told and
 * passed over, so that it does not keep the others from their slots.
 */
export async function startClaimed(
  options: StartingOptions,
  onFailure: (claim: OpenClaim, error: Error) => void,
  signal?: AbortSignal,
): Promise<void> {
  const passedOver = new Set<string>();
  for (let tries = 0; tries < STARTS_MAX && signal?.aborted !== true; tries += 1) {
    const failure = await options.takeTurn(() => startNext(options, passedOver));
    if (failure === 'none left') return;
    if (failure === null) continue;
    passedOver.add(failure.claim.workflowId);
    onFailure(failure.claim, failure.error);
  }
}

interface StartFailure {
  readonly claim: OpenClaim;
  readonly error: Error;
}

/** Looks anew before each start: a claim that was read a while ago may be started or closed by now. */
async function startNext(
  options: StartingOptions,
  passedOver: ReadonlySet<string>,
): Promise<StartFailure | 'none left' | null> {
  const { claims, maxConcurrent } = options;
  if ((await claims.countStarted()) >= maxConcurrent) return 'none left';
  const waiting = await claims.waitingForSlot(passedOver.size + 1);
  const claim = waiting.find(({ workflowId }) => !passedOver.has(workflowId));
  if (claim === undefined) return 'none left';
  try {
    await startWorkflow(options, claim.head);
    return null;
  } catch (thrown) {
    return { claim, error: toError(thrown) };
  }
}
