import type { WorkflowHead } from '@tamma/contracts';
import type { RebuildRequest, StoredOutcome } from '@tamma/coordination';
import type { AnyEvent, ArtifactName } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import type { RecordedWork } from './recorded-work.ts';
import { tasksLeftOf } from './tasks-left.ts';

/**
 * Attempts of one task that may have begun without being on record when Redis was lost. Their numbers are passed over,
 * so that whoever still runs one of them is overtaken.
 */
const ATTEMPTS_UNSEEN = 2;

export interface RebuildParts {
  readonly head: WorkflowHead;
  readonly work: RecordedWork;
  /** Bodies that are on record. */
  readonly artifacts: ReadonlyMap<ArtifactName, string>;
  readonly suspendedUntilMs: number | null;
  /** Tasks that the queue still holds: their attempts are counted there. */
  readonly queued: ReadonlySet<string>;
  readonly events: readonly AnyEvent[];
}

export interface RebuildPlan {
  readonly request: RebuildRequest;
  /** What has still to run, in order; a task that stopped for good is among it, and stops again at once. */
  readonly tasks: readonly FlowTask[];
}

/** What to put back into Redis for a workflow that it lost. Pure. */
export function planRebuild(parts: RebuildParts): RebuildPlan {
  const { head, work, artifacts, suspendedUntilMs, queued, events } = parts;
  const outcomes = withoutUnread(parts);
  const isDone = (taskId: string) => outcomes.get(taskId)?.kind === 'done';
  const left = tasksLeftOf({ head, rounds: work.rounds, isDone });
  const attempts = new Map(work.attempts);
  for (const { taskId } of left) {
    if (!queued.has(taskId)) attempts.set(taskId, (attempts.get(taskId) ?? 0) + ATTEMPTS_UNSEEN);
  }
  const { gates, rounds, decisions, activeMs } = work;
  const known = { gates, rounds, decisions, activeMs: Math.round(activeMs) };
  const request = { head, outcomes, attempts, artifacts, suspendedUntilMs, events, ...known };
  return { request, tasks: left.map((task) => goOnFrom(task, attempts.get(task.taskId) ?? 0)) };
}

export function goOnFrom(task: FlowTask, attemptsBefore: number): FlowTask {
  return attemptsBefore === 0 ? task : { ...task, payload: { ...task.payload, attemptsBefore } };
}

/**
 * The last task that is done runs again where the loss cut off what came with its end: the body of an artifact that it
 * wrote, or the end of the whole workflow. If others have gone on from it, what they made stands, and the body is gone.
 */
function withoutUnread({ head, work, artifacts }: RebuildParts): ReadonlyMap<string, StoredOutcome> {
  const { outcomes, rounds } = work;
  const all = tasksLeftOf({ head, rounds, isDone: () => false });
  const last = all.findLast(({ taskId }) => outcomes.get(taskId)?.kind === 'done');
  const isUnread = [...work.artifacts].some(
    ([name, { taskId }]) => taskId === last?.taskId && !artifacts.has(name),
  );
  const isUnended = last !== undefined && last === all.at(-1);
  if (last === undefined || !(isUnread || isUnended)) return outcomes;
  return new Map([...outcomes].filter(([taskId]) => taskId !== last.taskId));
}
