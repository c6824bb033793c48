import type { WorkflowHead } from '@tamma/contracts';
import type { AnyEvent, ArtifactName, GateResult, Outcome, WaitingReason } from '@tamma/domain';

/** Who writes: only the highest attempt of a task may. */
export interface Fence {
  readonly workflowId: string;
  readonly taskId: string;
  readonly attempt: number;
}

/** A terminal outcome as it is stored: the next attempt returns it and runs nothing. */
export type StoredOutcome = Extract<Outcome<unknown>, { kind: 'done' | 'stop' }>;

/** A wait that a task parked for; kept so that waking early or twice never moves its deadline. */
export interface StoredWait {
  readonly on: WaitingReason;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly why: string;
}

/** What an attempt learns from its one read. */
export type Begun =
  | {
      readonly kind: 'begun';
      readonly head: WorkflowHead;
      /** Results of the tasks that are done, by task id. A stopped task has none. */
      readonly results: ReadonlyMap<string, unknown>;
      readonly gates: readonly GateResult[];
      readonly artifacts: ReadonlySet<string>;
      /** The wait this very task parked for, null when it never did. */
      readonly wait: StoredWait | null;
    }
  | { readonly kind: 'replay'; readonly outcome: StoredOutcome }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'missing' };

export interface CommitRequest {
  readonly fence: Fence;
  /** Set for a terminal outcome only; an outcome that is stored already stays. */
  readonly outcome: StoredOutcome | null;
  /** Set when the task parks for something. */
  readonly wait: StoredWait | null;
  readonly gates: readonly GateResult[];
  /** Full texts by name; stored compressed before the events that name them. */
  readonly artifacts: ReadonlyMap<ArtifactName, string>;
  readonly events: readonly AnyEvent[];
}

export type CommitResult = 'committed' | 'overtaken' | 'cancelled' | 'missing';

/**
 * What the running processes know of one workflow: its head, the outcome of each step, gates by commit,
 * artifacts, the fence and the cancel flag. Gone when the workflow has ended and is recorded.
 */
export interface WorkflowHashes {
  /** Creates the hash and appends the events, once; false when it was there already. */
  open(head: WorkflowHead, events: readonly AnyEvent[]): Promise<boolean>;
  /** Stores our number if it is the highest and reads what the attempt needs, in one round trip. */
  begin(fence: Fence): Promise<Begun>;
  /** The commit point: one script, all or nothing. */
  commit(request: CommitRequest): Promise<CommitResult>;
  /** Whether this attempt may still cause effects. Asked right before each of them. */
  owns(fence: Fence): Promise<boolean>;
  readArtifact(workflowId: string, name: ArtifactName): Promise<string | null>;
  /** Raises the flag that every attempt sees, and appends the events, once; false when it was up already. */
  cancel(workflowId: string, events: readonly AnyEvent[]): Promise<boolean>;
  remove(workflowId: string): Promise<void>;
}
