import type { PlannedStep, WorkflowHead } from '@tamma/contracts';
import type { StoredWait } from '@tamma/coordination';
import { type Capability, type ErrorReport, PICK_UPS_MAX, taskIdOf } from '@tamma/domain';
import type { SandboxKind } from '@tamma/workspace';

export interface AttemptFacts {
  readonly attempt: number;
  /** Ids of the tasks that have an outcome. */
  readonly done: ReadonlySet<string>;
  readonly sandbox: SandboxKind;
}

/** What stands in the way of running a step; null when nothing does. */
export function refuseAttempt(
  head: WorkflowHead,
  step: PlannedStep,
  facts: AttemptFacts,
): ErrorReport | null {
  return (
    refuseCrashLoop(step, facts.attempt) ??
    refuseOutOfOrder(head, step, facts.done) ??
    refuseUnsandboxed(head, step, facts.sandbox)
  );
}

const RUNS_COMMANDS: readonly Capability[] = ['code', 'build', 'test', 'security'];

function refuseUnsandboxed(head: WorkflowHead, step: PlannedStep, sandbox: SandboxKind): ErrorReport | null {
  const isDemanded = head.project.gates.sandbox === 'required' && RUNS_COMMANDS.includes(step.capability);
  if (!isDemanded || sandbox !== 'none') return null;
  return {
    code: 'SANDBOX_MISSING',
    class: 'system',
    message: `project ${head.project.id} demands a sandbox for commands and this worker has none`,
    remedy: 'install bubblewrap on the worker, or set gates.sandbox to optional',
  };
}

function refuseCrashLoop(step: PlannedStep, attempt: number): ErrorReport | null {
  if (attempt <= PICK_UPS_MAX) return null;
  return {
    code: 'CRASH_LOOP',
    class: 'system',
    message: `step ${step.id} was picked up ${attempt} times and never came to an end`,
    remedy: 'read the log of the workers: something kills them in this step',
  };
}

/**
 * Removing, cleaning or evicting a job releases its parent in the queue as if the child had succeeded. So the
 * queue's word that a step may run is never enough: every step before it must have its outcome on record.
 */
function refuseOutOfOrder(
  head: WorkflowHead,
  step: PlannedStep,
  done: ReadonlySet<string>,
): ErrorReport | null {
  const missing = head.template.steps
    .filter((one) => one.index < step.index && !done.has(taskIdOf(head.workflowId, one.id)))
    .map((one) => one.id);
  if (missing.length === 0) return null;
  return {
    code: 'PREDECESSOR_MISSING',
    class: 'system',
    message: `step ${step.id} was released although ${missing.join(', ')} has no outcome`,
    remedy: 'somebody removed jobs of a live workflow from the queue; cancel the workflow and start it again',
  };
}

/** The flow was made from the plan, so this task was not made by us, or not from this workflow's plan. */
export function refuseUnplanned(head: WorkflowHead, stepId: string): ErrorReport {
  return {
    code: 'STEP_UNPLANNED',
    class: 'validation',
    message: `the plan of workflow ${head.workflowId} has no step ${stepId}`,
    remedy: 'somebody added a task to the queue by hand; cancel the workflow and start it again',
  };
}

export function refuseHandler({ id, handler }: PlannedStep): ErrorReport {
  return {
    code: 'HANDLER_MISSING',
    class: 'validation',
    message: `this worker has no code "${handler}" for step ${id}`,
    remedy: 'update the worker to the version of the orchestrator',
  };
}

/** A clock may wake a task a moment early; that is on time. */
const EARLY_MS = 50;

/** A parked task whose time is up: nobody came, and that is an error. Null while it may still wait. */
export function judgeWait(wait: StoredWait, nowMs: number): ErrorReport | null {
  if (nowMs < wait.untilMs - EARLY_MS) return null;
  return {
    code: 'DEADLINE_PASSED',
    class: 'conflict',
    message: `nobody came in time: ${wait.why}`,
    remedy: 'decide now; the workflow waits for a person',
  };
}
