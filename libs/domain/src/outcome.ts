import type { ApprovalKind } from './approval.ts';
import type { ErrorReport } from './errors.ts';
import type { RiskLevel } from './risk.ts';
import type { RoundKind } from './round.ts';
import type { WaitingReason } from './workflow.ts';

/** Why an attempt stopped for good: a person is needed, the work is no longer wanted, or there is nothing to do. */
export type StopReason =
  | { readonly kind: 'escalate'; readonly error: ErrorReport }
  | { readonly kind: 'unwanted'; readonly why: string }
  | { readonly kind: 'no-change'; readonly why: string };

/** What became of an attempt. Steps return it; only the executor turns it into queue moves. */
export type Outcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | {
      readonly kind: 'retry';
      readonly error: ErrorReport;
      readonly retryAfterMs?: number;
      /** The failed call was retried already. */
      readonly exhausted?: boolean;
    }
  | TimedWait
  | RoundWait
  | { readonly kind: 'ask'; readonly question: string; readonly forMs: number }
  | { readonly kind: 'stop'; readonly reason: StopReason };

/** Key of the wait for a platform's merge queue: what stands in it can be merged at any moment. */
export const MERGE_QUEUE_KEY = 'queue';

/** Waits for something outside: the task runs again when it came, and is escalated or runs again when its time is up. */
export interface TimedWait {
  readonly kind: 'wait';
  readonly on: Exclude<WaitingReason, 'dependency'>;
  /** How long at most, in milliseconds. Waiting again for the same does not move the deadline. */
  readonly forMs: number;
  /** What exactly is waited for, such as a commit: another key is another wait, with a deadline of its own. */
  readonly key?: string;
  /** How often the step looks again meanwhile, in milliseconds; absent: only when it is woken. */
  readonly recheckMs?: number;
  /** What becomes of it at its deadline; `escalate` unless said otherwise. */
  readonly atDeadline?: 'run' | 'escalate';
  readonly why: string;
  /** Set when what it waits for is a person's approval. */
  readonly approval?: { readonly kind: ApprovalKind; readonly risk: RiskLevel; readonly subject: string };
}

/** Waits for steps that have to run again first; the task itself runs again after them. */
export interface RoundWait {
  readonly kind: 'wait';
  readonly on: 'dependency';
  readonly why: string;
  /** Ids of the steps in running order. */
  readonly round: { readonly kind: RoundKind; readonly steps: readonly string[] };
}

export function done<Result>(result: Result): Outcome<Result> {
  return { kind: 'done', result };
}

export function escalate(error: ErrorReport): Outcome<never> {
  return { kind: 'stop', reason: { kind: 'escalate', error } };
}

export function unwanted(why: string): Outcome<never> {
  return { kind: 'stop', reason: { kind: 'unwanted', why } };
}

/** There is nothing to do: the workflow ends well, without a change. */
export function noChange(why: string): Outcome<never> {
  return { kind: 'stop', reason: { kind: 'no-change', why } };
}
