import type { ApprovalKind } from './approval.ts';
import type { ErrorReport } from './errors.ts';
import type { RiskLevel } from './risk.ts';
import type { WaitingReason } from './workflow.ts';

/** Why an attempt stopped for good: a person is needed, or the work is no longer wanted. */
export type StopReason =
  | { readonly kind: 'escalate'; readonly error: ErrorReport }
  | { readonly kind: 'unwanted'; readonly why: string };

/** What became of an attempt. Steps return it; only the executor turns it into queue moves. */
export type Outcome<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'retry'; readonly error: ErrorReport; readonly retryAfterMs?: number }
  | {
      readonly kind: 'wait';
      readonly on: WaitingReason;
      /** How long at most, in milliseconds; the task runs again then. */
      readonly forMs: number;
      readonly why: string;
      /** Set when what it waits for is a person's approval. */
      readonly approval?: { readonly kind: ApprovalKind; readonly risk: RiskLevel };
    }
  | { readonly kind: 'ask'; readonly question: string; readonly forMs: number }
  | { readonly kind: 'stop'; readonly reason: StopReason };

export function done<Result>(result: Result): Outcome<Result> {
  return { kind: 'done', result };
}

export function escalate(error: ErrorReport): Outcome<never> {
  return { kind: 'stop', reason: { kind: 'escalate', error } };
}

export function unwanted(why: string): Outcome<never> {
  return { kind: 'stop', reason: { kind: 'unwanted', why } };
}
