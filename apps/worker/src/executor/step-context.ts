import type { Fence } from '@tamma/coordination';
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
import type { StepContext } from '@tamma/steps';
import { AttemptAborted } from './abort.ts';
import type { AttemptRequest, BegunAttempt } from './attempt.ts';
import { createCheckouts } from './checkouts.ts';
import type { ExecutorDeps } from './deps.ts';
import { fencePlatform } from './fenced-platform.ts';
import { showTextOf } from './show-text.ts';

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

export function buildStepContext(deps: ExecutorDeps, request: AttemptRequest, signal: AbortSignal): Gathered {
  const { begun, fence, step, task, teller } = request;
  const { head } = begun;
  const artifacts = new Map<ArtifactName, string>();
  const gates: GateResult[] = [];
  const checkouts = createCheckouts(deps, request, signal);
  const showProgress = progressShower(deps, task);
  const text = showTextOf(deps, request);

  const requireOwner = async (isOwner: (fence: Fence) => Promise<boolean>) => {
    signal.throwIfAborted();
    if (await isOwner(fence)) return;
    throw new AttemptAborted(
      'overtaken',
      `attempt ${fence.attempt} of ${fence.taskId} is no longer the owner`,
    );
  };
  const assertOwner = () => requireOwner(deps.hashes.owns);
  const beginMerge = () => requireOwner(deps.hashes.beginMerge);
  // A step that outlives its attempt must not go on telling.
  const tell = async (fact: Fact) => {
    signal.throwIfAborted();
    await deps.eventLog.append([teller.event(fact)]);
  };

  const context: StepContext = {
    head,
    step,
    taskId: fence.taskId,
    round: task.payload.round,
    signal,
    platform: fencePlatform(deps.platformOf(head.project), { assertOwner, beginMerge }),
    ai: deps.aiOf(head.project),
    gates: begun.gates,
    rounds: begun.rounds,
    decisions: begun.decisions,
    assertOwner,
    openWorkspace: checkouts.open,
    resultOf: (stepId) => latestResult(begun, stepId),
    readArtifact: async (name) => artifacts.get(name) ?? deps.hashes.readArtifact(head.workflowId, name),
    writeArtifact: (name, text) => {
      artifacts.set(name, cutMiddle(text, ARTIFACT_BYTES_MAX));
    },
    recordGate: (result) => {
      gates.push(result);
    },
    showText: (piece) => text.show(piece),
    tell,
    progress: async (percent, message) => {
      await tell({ type: 'TASK.PROGRESS.UPDATED', data: { percent, message } });
      await showProgress(percent, message);
    },
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
