import type { PlannedStep, WorkflowHead } from '@tamma/contracts';
import type { Fence, StoredOutcome, StoredWait } from '@tamma/coordination';
import type { AnyEvent, ErrorReport, Outcome, Round } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { Teller } from './teller.ts';

/** What an attempt's end means: what to store, what to tell, and how the queue moves. */
export interface Settlement {
  readonly outcome: StoredOutcome | null;
  readonly wait: StoredWait | null;
  readonly round: Round | null;
  /** Set when the engine holds the task by itself. */
  readonly isHeld: boolean;
  readonly events: readonly AnyEvent[];
  readonly fate: Fate;
}

export const NOTHING_STORED = { outcome: null, wait: null, round: null, isHeld: false } as const;

/** A call was not made, because its service is to be left alone until then (milliseconds since the epoch). */
export interface RefusedCall {
  readonly kind: 'refused';
  readonly error: ErrorReport;
  readonly untilMs: number;
}

export interface SettleRequest {
  readonly outcome: Outcome<unknown> | RefusedCall;
  readonly head: WorkflowHead;
  readonly step: PlannedStep;
  readonly fence: Fence;
  /** The round the task belongs to; 0 for the spine. */
  readonly round: number;
  /** Every round of the workflow so far. */
  readonly rounds: readonly Round[];
  /** What the task parked for last, null when it never did. */
  readonly wait: StoredWait | null;
  /** How often the engine held the task by itself so far. */
  readonly holds: number;
  readonly teller: Teller;
  /** Runs that failed before this one. */
  readonly failures: number;
  readonly durationMs: number;
  readonly nowMs: number;
  readonly random: number;
}
