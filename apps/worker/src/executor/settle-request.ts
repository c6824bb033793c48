import type { PlannedStep, WorkflowHead } from '@tamma/contracts';
import type { Fence, StoredOutcome, StoredWait } from '@tamma/coordination';
import type { AnyEvent, Outcome, Round } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { Teller } from './teller.ts';

/** What an attempt's end means: what to store, what to tell, and how the queue moves. */
export interface Settlement {
  readonly outcome: StoredOutcome | null;
  readonly wait: StoredWait | null;
  readonly round: Round | null;
  readonly events: readonly AnyEvent[];
  readonly fate: Fate;
}

export interface SettleRequest {
  readonly outcome: Outcome<unknown>;
  readonly head: WorkflowHead;
  readonly step: PlannedStep;
  readonly fence: Fence;
  /** The round the task belongs to; 0 for the spine. */
  readonly round: number;
  /** Every round of the workflow so far. */
  readonly rounds: readonly Round[];
  readonly teller: Teller;
  /** Runs that failed before this one. */
  readonly failures: number;
  readonly durationMs: number;
  readonly nowMs: number;
  readonly random: number;
}
