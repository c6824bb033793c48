import type { PlannedStep, WorkflowHead } from '@tamma/contracts';
import {
  type AuthorRole,
  type Capability,
  type ErrorReport,
  PICK_UPS_MAX,
  type Round,
  taskIdOf,
} from '@tamma/domain';
import type { SandboxKind } from '@tamma/workspace';

export interface AttemptFacts {
  /** Pick-ups so far, but for those that prove nothing about a crash loop. */
  readonly pickUps: number;
  /** The round the task belongs to; 0 for the spine. */
  readonly round: number;
  readonly rounds: readonly Round[];
  /** Ids of the tasks that are done. */
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
    refuseCrashLoop(step, facts.pickUps) ??
    refuseOutOfOrder(head, step, facts) ??
    refuseUnsandboxed(head, step, facts.sandbox)
  );
}

const RUNS_COMMANDS: readonly Capability[] = ['code', 'build', 'test', 'security'];

function refuseUnsandboxed(head: WorkflowHead, step: PlannedStep, sandbox: SandboxKind): ErrorReport | null {
  if (sandbox !== 'none' || !runsCommands(head, step)) return null;
  const { project, issue } = head;
  const remedy = 'install bubblewrap on the worker';
  if (project.gates.sandbox === 'required') {
    return {
      code: 'SANDBOX_MISSING',
      class: 'system',
      message: `project ${project.id} demands a sandbox for commands and this worker has none`,
      remedy: `${remedy}, or set gates.sandbox to optional`,
    };
  }
  if (!isFromOutside(head)) return null;
  return {
    code: 'SANDBOX_MISSING',
    class: 'system',
    message: `issue ${issue.number} is by ${issue.author}, who is no member of the repository: its commands need a sandbox, and this worker has none`,
    remedy: `${remedy}, or have a member open the issue anew in words of their own`,
  };
}

/** A coding CLI is a command too, whatever the step. */
function runsCommands({ project }: WorkflowHead, { capability }: PlannedStep): boolean {
  if (RUNS_COMMANDS.includes(capability)) return true;
  return capability === 'ai' && Object.values(project.ai.agents).some((one) => one.provider === 'command');
}

const MEMBERS: readonly AuthorRole[] = ['owner', 'member', 'collaborator'];

/** What somebody wrote who may not change the repository: a model that obeys it must not reach this machine. */
function isFromOutside({ project, issue, task }: WorkflowHead): boolean {
  // A task that was submitted on its own came with a token of ours.
  return project.platform !== 'local' && task === null && !MEMBERS.includes(issue.authorRole);
}

export function refuseCrashLoop(step: PlannedStep, pickUps: number): ErrorReport | null {
  if (pickUps <= PICK_UPS_MAX) return null;
  return {
    code: 'CRASH_LOOP',
    class: 'system',
    message: `step ${step.id} was picked up ${pickUps} times and never came to an end`,
    remedy: 'read the log of the workers: something kills them in this step',
  };
}

/**
 * Removing, cleaning or evicting a job releases its parent in the queue as if the child had succeeded. So the
 * queue's word that a step may run is never enough: every step before it must have its outcome on record.
 */
export function refuseOutOfOrder(
  head: WorkflowHead,
  step: PlannedStep,
  facts: Pick<AttemptFacts, 'round' | 'rounds' | 'done'>,
): ErrorReport | null {
  const { round, rounds, done } = facts;
  const missing = stepsBefore(head, step).filter((id) => !done.has(taskIdOf(head.workflowId, id)));
  if (round > 0) {
    const before = stepsBeforeInRound(rounds, round, step.id);
    if (before === null) return refuseRound(step, round);
    missing.push(...before.filter((id) => !done.has(taskIdOf(head.workflowId, id, round))));
  }
  if (missing.length === 0) return null;
  return {
    code: 'PREDECESSOR_MISSING',
    class: 'system',
    message: `step ${step.id} was released although ${missing.join(', ')} has no outcome`,
    remedy: 'somebody removed jobs of a live workflow from the queue; cancel the workflow and start it again',
  };
}

function stepsBefore(head: WorkflowHead, step: PlannedStep): string[] {
  return head.template.steps.filter((one) => one.index < step.index).map((one) => one.id);
}

/** Null when that round does not know the step. */
function stepsBeforeInRound(
  rounds: readonly Round[],
  number: number,
  stepId: string,
): readonly string[] | null {
  const steps = rounds.find((one) => one.number === number)?.steps ?? [];
  const place = steps.indexOf(stepId);
  return place === -1 ? null : steps.slice(0, place);
}

function refuseRound({ id }: PlannedStep, round: number): ErrorReport {
  return {
    code: 'ROUND_UNPLANNED',
    class: 'validation',
    message: `step ${id} is not part of round ${round} of its workflow`,
    remedy: 'somebody added a task to the queue by hand; cancel the workflow and start it again',
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

/** A person had it left out, and later steps cannot do without what it makes. */
export function refuseSkip({ id }: PlannedStep): ErrorReport {
  return {
    code: 'SKIP_IMPOSSIBLE',
    class: 'validation',
    message: `step ${id} cannot be left out: nothing can stand for its result`,
    remedy: 'take the step out of what the template allows to skip, and cancel the workflow',
  };
}
