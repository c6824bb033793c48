import type { AnyEvent, ErrorReport, TaskStatus } from '@tamma/domain';
import { cleanMoment } from '../clean.ts';

/** What the record knows of a task. */
export interface TaskRecord {
  readonly taskId: string;
  readonly workflowId: string | null;
  readonly stepId: string | null;
  readonly status: TaskStatus;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly durationMs: number | null;
  readonly error: ErrorReport | null;
}

/**
 * The task after the event; null when the event tells nothing about it. Follows what happened rather than what the
 * table of states allows, because a record that refused a fact would lie; only an end is not left again.
 */
export function applyTaskEvent(before: TaskRecord | undefined, event: AnyEvent): TaskRecord | null {
  if (event.taskId === undefined) return null;
  if (before?.status === 'completed' || before?.status === 'cancelled') return null;
  const changes = changesOf(event, before);
  if (changes === null) return null;
  return { ...(before ?? newTask(event, event.taskId)), ...changes };
}

function changesOf(event: AnyEvent, before: TaskRecord | undefined): Partial<TaskRecord> | null {
  const at = cleanMoment(event.at);
  switch (event.type) {
    case 'TASK.ENQUEUED.SUCCESS':
    case 'TASK.INTERRUPTED.SUCCESS':
      return { status: 'pending' };
    case 'TASK.DEQUEUED.SUCCESS':
      return {
        status: 'running',
        attempts: Math.max(before?.attempts ?? 0, event.attempt ?? 1),
        startedAt: before?.startedAt ?? at,
        completedAt: null,
        error: null,
      };
    case 'TASK.PARKED.SUCCESS':
      return { status: 'scheduled' };
    case 'TASK.RETRY.SCHEDULED':
      return { status: 'scheduled', error: event.data.error };
    case 'TASK.COMPLETED.SUCCESS':
      return { status: 'completed', completedAt: at, durationMs: event.data.durationMs, error: null };
    case 'TASK.FAILED.PERMANENT':
      return { status: 'failed', completedAt: at, error: event.data.error };
    default:
      return null;
  }
}

function newTask(event: AnyEvent, taskId: string): TaskRecord {
  return {
    taskId,
    workflowId: event.workflowId ?? null,
    stepId: event.stepId ?? null,
    status: 'pending',
    attempts: 0,
    startedAt: null,
    completedAt: null,
    durationMs: null,
    error: null,
  };
}
