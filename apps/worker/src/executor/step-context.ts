import type { Fence, StoredWait } from '@tamma/coordination';
import {
  ARTIFACT_BYTES_MAX,
  type ArtifactName,
  approvalIdOf,
  cutMiddle,
  type Fact,
  type GateResult,
  taskIdOf,
  toError,
} from '@tamma/domain';
import type { TaskAttempt } from '@tamma/queue';
import type { LastWait, StepContext } from '@tamma/steps';
import { createSecretSieve } from '../secret-sieve.ts';
import { AttemptAborted } from './abort.ts';
import type { AttemptRequest, BegunAttempt } from './attempt.ts';
import type { AttemptSignal } from './attempt-signal.ts';
import type { ExecutorDeps } from './deps.ts';
import type { Fences } from './fenced-platform.ts';
import { reachOutside } from './outside.ts';
import { showTextOf } from './show-text.ts';
import { isTimeUp } from './waiting.ts';

/** The queue's own progress field is for viewers; writing it more often costs more than it shows. */
const VIEWER_PROGRESS_MS = 5000;

/** What an attempt gathered for its commit point. */
export interface Gathered extends AsyncDisposable {
  readonly context: StepContext;
  readonly artifacts: Map<ArtifactName, string>;
  readonly gates: GateResult[];
  /** The id that a question of this attempt is answered under. */
  readonly approvalId: string;
  /** Sends what of the step's text is not sent yet; what comes later is not shown. */
  shown(): Promise<void>;
}

export function buildStepContext(
  deps: ExecutorDeps,
  request: AttemptRequest,
  abort: AttemptSignal,
): Gathered {
  const { fence } = request;
  const artifacts = new Map<ArtifactName, string>();
  const gates: GateResult[] = [];
  const fences = fencesOf(deps, fence, abort);
  const { checkouts, platform, agents } = reachOutside(deps, request, { abort, fences });
  const text = showTextOf(deps, request);
  // What a command printed may be all that its worker knows, where there is no sandbox.
  const sieve = createSecretSieve(deps.secretsOf(request.begun.head.project));
  const context: StepContext = {
    ...knownOf(request),
    lastWait: lastWaitOf(request.begun.wait, deps.now()),
    ...tellingOf(deps, request, abort),
    signal: abort.signal,
    safePoint: abort.safePoint,
    platform,
    ...agents,
    assertOwner: fences.assertOwner,
    openWorkspace: checkouts.open,
    readArtifact: async (name) => artifacts.get(name) ?? deps.hashes.readArtifact(fence.workflowId, name),
    writeArtifact: (name, body) => {
      artifacts.set(name, cutMiddle(sieve.text(body), ARTIFACT_BYTES_MAX));
    },
    recordGate: (result) => {
      gates.push(result);
    },
    showText: (piece) => text.show(piece),
  };
  return {
    context,
    artifacts,
    gates,
    approvalId: approvalIdOf(fence.taskId, fence.attempt),
    shown: () => text.end(),
    [Symbol.asyncDispose]: async () => {
      await text.end();
      await checkouts[Symbol.asyncDispose]();
    },
  };
}

/** What the attempt read before its step began. */
function knownOf({ begun, fence, step, task }: AttemptRequest) {
  const { head, gates, rounds, decisions, order } = begun;
  const resultOf = (stepId: string) => latestResult(begun, stepId);
  const { taskId, attempt } = fence;
  const { round } = task.payload;
  return { head, step, taskId, attempt, round, gates, rounds, decisions, order, resultOf };
}

/** Only what a step itself waits for; rounds and people have their own ways to tell it. */
function lastWaitOf(wait: StoredWait | null, nowMs: number): LastWait | null {
  if (wait === null || wait.round !== null || wait.approval !== null) return null;
  return { on: wait.on, key: wait.key, isOver: isTimeUp(wait, nowMs) };
}

/** Before an effect nothing is half done, so it is a safe point by itself. */
function fencesOf(
  { hashes }: ExecutorDeps,
  fence: Fence,
  abort: Pick<AttemptSignal, 'safePoint' | 'suspend'>,
): Fences {
  const requireOwner = async (isOwner: (fence: Fence) => Promise<boolean>) => {
    abort.safePoint();
    if (await isOwner(fence)) return;
    // It may be suspended, and nobody has heard of it here yet.
    abort.suspend((await hashes.standing(fence)) === 'suspended');
    abort.safePoint();
    throw new AttemptAborted(
      'overtaken',
      `attempt ${fence.attempt} of ${fence.taskId} is no longer the owner`,
    );
  };
  return {
    assertOwner: () => requireOwner(hashes.owns),
    beginMerge: () => requireOwner(hashes.beginMerge),
  };
}

function tellingOf(
  deps: ExecutorDeps,
  { task, teller }: AttemptRequest,
  { signal, safePoint }: AttemptSignal,
): Pick<StepContext, 'tell' | 'progress'> {
  const showProgress = progressShower(deps, task);
  const tell = async (fact: Fact) => {
    // A step that outlives its attempt must not go on telling.
    signal.throwIfAborted();
    await deps.eventLog.append([teller.event(fact)]);
    // Only now: what has happened is told in any case.
    safePoint();
  };
  return {
    tell,
    progress: async (percent, message) => {
      await tell({ type: 'TASK.PROGRESS.UPDATED', data: { percent, message } });
      await showProgress(percent, message);
    },
  };
}

/** Of the latest round in which the step is done: a round that is under way has not changed anything yet. */
function latestResult({ head, rounds, results }: BegunAttempt, stepId: string): unknown {
  const numbers = [0, ...rounds.map((round) => round.number)];
  const taskId = numbers
    .map((number) => taskIdOf(head.workflowId, stepId, number))
    .findLast((one) => results.has(one));
  return taskId === undefined ? undefined : results.get(taskId);
}

function progressShower(deps: ExecutorDeps, task: TaskAttempt): TaskAttempt['reportProgress'] {
  let shownAt = Number.NEGATIVE_INFINITY;
  return async (percent, message) => {
    if (deps.now() - shownAt < VIEWER_PROGRESS_MS) return;
    shownAt = deps.now();
    try {
      await task.reportProgress(percent, message);
    } catch (thrown) {
      // The fact is in the log already; a viewer that misses a number must not fail the step.
      deps.logger.warn({ taskId: task.payload.taskId, error: toError(thrown).message }, 'progress not shown');
    }
  };
}
