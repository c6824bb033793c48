import type { Project } from '@tamma/contracts';
import { CAPABILITIES, chooseNext, toError } from '@tamma/domain';
import type { OpenClaim } from '@tamma/store';
import { type StartDeps, startWorkflow } from '../use-cases/start-workflow.ts';
import type { TakeTurn } from './turns.ts';

/** Starts that one pass tries; the next pass tries the rest. */
const STARTS_MAX = 100;
/** Started side by side: a start is mostly waiting for the servers. */
const STARTS_AT_ONCE = 8;

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
  for (let tries = 0; tries < STARTS_MAX && signal?.aborted !== true; tries += STARTS_AT_ONCE) {
    const { isLast, failures } = await options.takeTurn(() => startSome(options, passedOver));
    for (const { claim, error } of failures) {
      passedOver.push(claim.workflowId);
      onFailure(claim, error);
    }
    // What failed has left its slot to another one.
    if (isLast && failures.length === 0) return;
  }
}

interface StartFailure {
  readonly claim: OpenClaim;
  readonly error: Error;
}

interface Starts {
  /** Nobody else waits whom a slot is free for. */
  readonly isLast: boolean;
  readonly failures: readonly StartFailure[];
}

async function startSome(options: StartingOptions, passedOver: readonly string[]): Promise<Starts> {
  const chosen = await chooseSome(options, passedOver);
  const outcomes = await Promise.all(chosen.map((claim) => start(options, claim)));
  return {
    isLast: chosen.length < STARTS_AT_ONCE,
    failures: outcomes.filter((outcome) => outcome !== null),
  };
}

async function start(options: StartingOptions, claim: OpenClaim): Promise<StartFailure | null> {
  try {
    await startWorkflow(options, claim.head);
    return null;
  } catch (thrown) {
    return { claim, error: toError(thrown) };
  }
}

/**
 * Who is next, and who would be next after that: each that is chosen counts as started for those after it. Looks anew
 * each time: a claim that was read a while ago may be started or closed by now.
 */
async function chooseSome(
  { claims, projects, maxConcurrent }: StartingOptions,
  passedOver: readonly string[],
): Promise<readonly OpenClaim[]> {
  const running = new Map(await claims.countStarted());
  const limits = new Map(
    projects.flatMap(({ project: { id, maxConcurrent: max } }) => (max === undefined ? [] : [[id, max]])),
  );
  const names = projects.map(({ project }) => project.id);
  const chosen: OpenClaim[] = [];
  while (chosen.length < STARTS_AT_ONCE) {
    const waiting = await claims.nextWaiting(names, [
      ...passedOver,
      ...chosen.map(({ workflowId }) => workflowId),
    ]);
    const candidates = waiting.map(({ claim, agedScore }) => ({
      project: claim.project,
      agedScore,
      work: claim,
    }));
    const next = chooseNext(candidates, { running, maxConcurrent, limits });
    if (next === null) break;
    chosen.push(next);
    running.set(next.project, (running.get(next.project) ?? 0) + 1);
  }
  return chosen;
}
