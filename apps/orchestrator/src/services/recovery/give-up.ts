import type { CommitResult, WorkflowHashes } from '@tamma/coordination';
import { type AnyEvent, type ErrorReport, escalationLevelAt } from '@tamma/domain';
import type { FlowQueue, FlowTask } from '@tamma/queue';
import type { OpenClaim } from '@tamma/store';
import { orchestratorEvent } from '../../use-cases/facts.ts';

/** Failed tasks of one queue that are looked through for why ours failed. */
const FAILED_MAX = 1000;
/** Above every attempt: the queue runs none any more. */
const AFTER_ALL_ATTEMPTS = Number.MAX_SAFE_INTEGER;

export interface GiveUpDeps {
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  readonly now: () => number;
}

export interface GivenUp {
  readonly reason: string;
  /** Milliseconds since the epoch; null when the queue does not tell. */
  readonly failedAt: number | null;
}

/** Why and when the queue gave a task up. */
export async function readGivenUp(queue: FlowQueue, { taskId, capability }: FlowTask): Promise<GivenUp> {
  const failed = await queue.listFailed(capability, FAILED_MAX);
  const ours = failed.find((one) => one.taskId === taskId);
  return { reason: ours?.reason ?? 'the queue does not say why', failedAt: ours?.failedAt ?? null };
}

/**
 * A task that the queue gave up behind the engine's back stops for good, so that a person sees it and can have it tried
 * again. Stored and told in one step; whoever calls twice changes nothing.
 */
export async function giveUp(
  { hashes, now }: GiveUpDeps,
  { workflowId, head }: OpenClaim,
  request: { readonly task: FlowTask; readonly givenUp: GivenUp; readonly told: AnyEvent },
): Promise<CommitResult> {
  const { task, givenUp, told } = request;
  const error = errorOf(task, givenUp);
  const { taskId } = task;
  const events = [...stopEvents({ workflowId, task, error }, now(), head.escalationDeadlineMs), told];
  return hashes.commit({
    fence: { workflowId, taskId, attempt: AFTER_ALL_ATTEMPTS },
    outcome: { kind: 'stop', reason: { kind: 'escalate', error } },
    wait: null,
    round: null,
    unlessDecided: null,
    activeMs: 0,
    isExcused: false,
    isHeld: false,
    gates: [],
    artifacts: new Map(),
    events,
  });
}

function errorOf({ taskId }: FlowTask, { reason }: GivenUp): ErrorReport {
  return {
    code: 'TASK_GIVEN_UP',
    class: 'system',
    message: `the queue gave task ${taskId} up without an outcome: ${reason}`,
    remedy: 'read the log of the workers from that time, then retry the workflow, or cancel it',
  };
}

interface Stopped {
  readonly workflowId: string;
  readonly task: FlowTask;
  readonly error: ErrorReport;
}

/** Told under the moment it was found: a person may have the task tried again, and its next failure is another fact. */
function stopEvents({ workflowId, task, error }: Stopped, nowMs: number, deadlineMs: number): AnyEvent[] {
  const { taskId, payload } = task;
  const about = { workflowId, task: { taskId, stepId: payload.stepId }, nowMs };
  const untilMs = nowMs + deadlineMs;
  const level = escalationLevelAt({ errorClass: error.class, sinceMs: nowMs, untilMs, nowMs });
  const failed = { type: 'TASK.FAILED.PERMANENT', data: { error, retryCount: 0 } } as const;
  const until = new Date(untilMs).toISOString();
  const escalated = { type: 'ESCALATION.TRIGGERED.SUCCESS', data: { level, error, until } } as const;
  return [
    orchestratorEvent(`${taskId}.given-up.${nowMs}`, failed, about),
    orchestratorEvent(`${taskId}.given-up.${nowMs}.escalated`, escalated, about),
  ];
}
