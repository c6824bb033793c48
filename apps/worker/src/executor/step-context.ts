import type { PlannedStep } from '@tamma/contracts';
import type { Begun, Fence } from '@tamma/coordination';
import {
  ARTIFACT_BYTES_MAX,
  type ArtifactName,
  cutMiddle,
  type GateResult,
  taskIdOf,
  toError,
} from '@tamma/domain';
import type { TaskAttempt } from '@tamma/queue';
import type { StepContext } from '@tamma/steps';
import type { Workspace } from '@tamma/workspace';
import { AttemptAborted } from './abort.ts';
import type { ExecutorDeps } from './deps.ts';
import { fencePlatform } from './fenced-platform.ts';
import type { Teller } from './teller.ts';

/** The queue's own progress field is for viewers; writing it more often costs more than it shows. */
const VIEWER_PROGRESS_MS = 5000;

export type BegunAttempt = Extract<Begun, { kind: 'begun' }>;

export interface AttemptRequest {
  readonly task: TaskAttempt;
  readonly fence: Fence;
  readonly begun: BegunAttempt;
  readonly step: PlannedStep;
  readonly teller: Teller;
}

/** What an attempt gathered for its commit point. */
export interface Gathered extends AsyncDisposable {
  readonly context: StepContext;
  readonly artifacts: Map<ArtifactName, string>;
  readonly gates: GateResult[];
}

export function buildStepContext(deps: ExecutorDeps, request: AttemptRequest, signal: AbortSignal): Gathered {
  const { begun, fence, step, task, teller } = request;
  const { head } = begun;
  const artifacts = new Map<ArtifactName, string>();
  const gates: GateResult[] = [];
  const workspaces = new Map<string, Promise<Workspace>>();
  let shownAt = Number.NEGATIVE_INFINITY;

  const assertOwner = async () => {
    signal.throwIfAborted();
    if (await deps.hashes.owns(fence)) return;
    throw new AttemptAborted(
      'overtaken',
      `attempt ${fence.attempt} of ${fence.taskId} is no longer the owner`,
    );
  };
  const showProgress = async (percent: number, message: string) => {
    if (deps.now() - shownAt < VIEWER_PROGRESS_MS) return;
    shownAt = deps.now();
    await task.reportProgress(percent, message);
  };

  const context: StepContext = {
    head,
    step,
    taskId: fence.taskId,
    round: task.payload.round,
    signal,
    platform: fencePlatform(deps.platformOf(head.project), assertOwner),
    ai: deps.aiOf(head.project),
    gates: begun.gates,
    assertOwner,
    openWorkspace: (branch) => {
      const opened = workspaces.get(branch) ?? openWorkspace(deps, request, branch);
      workspaces.set(branch, opened);
      return opened;
    },
    resultOf: (stepId) => begun.results.get(taskIdOf(head.workflowId, stepId)),
    readArtifact: async (name) => artifacts.get(name) ?? deps.hashes.readArtifact(head.workflowId, name),
    writeArtifact: (name, text) => {
      artifacts.set(name, cutMiddle(text, ARTIFACT_BYTES_MAX));
    },
    recordGate: (result) => {
      gates.push(result);
    },
    tell: (fact) => deps.eventLog.append([teller.event(fact)]),
    progress: async (percent, message) => {
      await deps.eventLog.append([
        teller.event({ type: 'TASK.PROGRESS.UPDATED', data: { percent, message } }),
      ]);
      await showProgress(percent, message);
    },
  };

  const dispose = async () => {
    const opened = await Promise.allSettled(workspaces.values());
    for (const one of opened) {
      if (one.status === 'fulfilled') await removeWorkspace(deps, one.value);
    }
  };
  return { context, artifacts, gates, [Symbol.asyncDispose]: dispose };
}

function openWorkspace(deps: ExecutorDeps, request: AttemptRequest, branch: string): Promise<Workspace> {
  const { fence, begun } = request;
  const { cloneUrl } = deps.platformOf(begun.head.project);
  return deps.workspaces.open({ key: `${fence.taskId}.${fence.attempt}`, cloneUrl, branch });
}

/** A folder that cannot be removed must not undo a step that is done; the sweeper takes it later. */
async function removeWorkspace(deps: ExecutorDeps, workspace: Workspace): Promise<void> {
  try {
    await workspace[Symbol.asyncDispose]();
  } catch (thrown) {
    deps.logger.warn({ root: workspace.root, error: toError(thrown).message }, 'workspace not removed');
  }
}
