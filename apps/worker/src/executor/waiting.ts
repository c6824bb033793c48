import type { StoredWait } from '@tamma/coordination';
import type { ErrorReport } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import type { BegunAttempt } from './attempt.ts';
import { roundTasks } from './round-tasks.ts';

/** A clock may wake a task a moment early; that is on time. */
const EARLY_MS = 50;

/** What becomes of an attempt that finds what its task parked for. */
export type WaitVerdict =
  | { readonly kind: 'run' }
  | { readonly kind: 'park'; readonly wait: StoredWait }
  | { readonly kind: 'spawn'; readonly tasks: readonly FlowTask[] }
  | { readonly kind: 'refuse'; readonly error: ErrorReport };

/**
 * Decides from what is on record, never from who woke the task: so an attempt that was cut off after it was woken
 * is simply made again.
 */
export function judgeWait(begun: BegunAttempt, nowMs: number): WaitVerdict {
  const { wait } = begun;
  if (wait === null) return { kind: 'run' };
  if (wait.round !== null) return judgeRound(begun, wait.round);
  if (wait.approval !== null && openApproval(begun) === null) return { kind: 'run' };
  if (!isTimeUp(wait, nowMs)) {
    // Only a person can decide; whether anything else has come the step finds out itself.
    return wait.approval === null ? { kind: 'run' } : { kind: 'park', wait };
  }
  return wait.atDeadline === 'run' ? { kind: 'run' } : { kind: 'refuse', error: deadlinePassed(wait) };
}

export function isTimeUp({ untilMs }: StoredWait, nowMs: number): boolean {
  return nowMs >= untilMs - EARLY_MS;
}

/** Id of the approval that the task waits for and that nobody has decided; null when there is none. */
export function openApproval({ wait, decisions }: BegunAttempt): string | null {
  const id = wait?.approval?.id ?? null;
  return decisions.some((decision) => decision.approvalId === id) ? null : id;
}

/** Over when all its tasks are done. The queue's word that they are is not asked, as nowhere else. */
function judgeRound({ head, rounds, results }: BegunAttempt, number: number): WaitVerdict {
  const round = rounds.find((one) => one.number === number);
  if (round === undefined) return { kind: 'refuse', error: roundLost(number) };
  const open = roundTasks(head, round).filter((task) => !results.has(task.taskId));
  return open.length === 0 ? { kind: 'run' } : { kind: 'spawn', tasks: open };
}

function roundLost(number: number): ErrorReport {
  return {
    code: 'ROUND_LOST',
    class: 'system',
    message: `the task waits for round ${number}, which is not on record`,
    remedy: 'the state in Redis is damaged; cancel the workflow and start it again',
  };
}

function deadlinePassed({ why }: StoredWait): ErrorReport {
  return {
    code: 'DEADLINE_PASSED',
    class: 'conflict',
    message: `nobody came in time: ${why}`,
    remedy: 'retry the workflow, which asks again with a new deadline; or cancel it',
  };
}
