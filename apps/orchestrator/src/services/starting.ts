import type { Project } from '@tamma/contracts';
import { CAPABILITIES, chooseNext, toError } from '@tamma/domain';
import type { OpenClaim } from '@tamma/store';
import { type StartDeps, startWorkflow } from '../use-cases/start-workflow.ts';
import type { TakeTurn } from './turns.ts';

/** Starts that one pass tries; the next pass tries the rest. */
const STARTS_MAX = 100;

export interface StartingOptions extends StartDeps {
  readonly projects: readonly { readonly project: Project }[];
  /** Workflows that hold a slot at once, over all projects. */
  readonly maxConcurrent: number;
  readonly takeTurn: TakeTurn;
}

/**
 * Starts claimed workflows as long as slots are free, fair between projects. One that cannot be started is told and
 * passed over, so that it does not keep the others from their slots. With every queue paused nothing is started.
 */
export async function startClaimed(
  options: StartingOptions,
  onFailure: (claim: OpenClaim, error: Error) => void,
  signal?: AbortSignal,
): Promise<void> {
  const paused = await options.queue.paused();
  if (CAPABILITIES.every((capability) => paused.has(capability))) return;
  const passedOver: string[] = [];
  for (let tries = 0; tries < STARTS_MAX && signal?.aborted !== true; tries += 1) {
    const failure = await options.takeTurn(() => startNext(options, passedOver));
    if (failure === 'none left') return;
    if (failure === null) continue;
    passedOver.push(failure.claim.workflowId);
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
  passedOver: readonly string[],
): Promise<StartFailure | 'none left' | null> {
  const claim = await findNext(options, passedOver);
  if (claim === null) return 'none left';
  try {
    await startWorkflow(options, claim.head);
    return null;
  } catch (thrown) {
    return { claim, error: toError(thrown) };
  }
}

async function findNext(
  { claims, projects, maxConcurrent }: StartingOptions,
  passedOver: readonly string[],
): Promise<OpenClaim | null> {
  const running = await claims.countStarted();
  const limits = new Map(
    projects.flatMap(({ project: { id, maxConcurrent: max } }) => (max === undefined ? [] : [[id, max]])),
  );
  const rules = { running, maxConcurrent, limits };
  const waiting = await claims.nextWaiting(
    projects.map(({ project }) => project.id),
    passedOver,
  );
  const candidates = waiting.map(({ claim, agedScore }) => ({
    project: claim.project,
    agedScore,
    work: claim,
  }));
  return chooseNext(candidates, rules);
}
