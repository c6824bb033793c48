import type { WorkflowHead } from '@tamma/contracts';
import type {
  AnyEvent,
  ArtifactName,
  GateResult,
  Order,
  Outcome,
  Round,
  StoredDecision,
  WaitingReason,
} from '@tamma/domain';

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
  /** What exactly it waits for; null where the reason says all. */
  readonly key: string | null;
  /** Its deadline, in milliseconds since the epoch. */
  readonly untilMs: number;
  /** How often its step looks again meanwhile; null: only when it is woken. */
  readonly recheckMs: number | null;
  /** What becomes of it at its deadline. */
  readonly atDeadline: 'run' | 'escalate';
  readonly why: string;
  /** What a person is asked, null when it waits for something else. */
  readonly approval: {
    readonly id: string;
    readonly kind: StoredDecision['kind'];
    readonly subject: string | null;
  } | null;
  /** Number of the round it waits for, null when it waits for something else. */
  readonly round: number | null;
}

/** What an attempt learns from its one read. */
export type Begun =
  | {
      readonly kind: 'begun';
      /** As it was opened, but for the score, which is the one that counts now. */
      readonly head: WorkflowHead;
      /** Whether the opening events were appended. They are not for a task that parked for something. */
      readonly isOpened: boolean;
      /** Time that attempts of the workflow have run so far, in milliseconds. */
      readonly activeMs: number;
      /** How often the engine held this very task by itself, since a person last had it tried again. */
      readonly holds: number;
      /** What a person ordered about this very task. */
      readonly order: Order | null;
      /** Results of the tasks that are done, by task id. A stopped task has none. */
      readonly results: ReadonlyMap<string, unknown>;
      readonly gates: readonly GateResult[];
      readonly artifacts: ReadonlySet<string>;
      /** The wait this very task parked for, null when it never did. */
      readonly wait: StoredWait | null;
      /** Every round of the workflow, oldest first. */
      readonly rounds: readonly Round[];
      /** What people decided about this very task, oldest first. */
      readonly decisions: readonly StoredDecision[];
      /** Pick-ups of this task that prove nothing about a crash loop: it parked, or a person had it tried again. */
      readonly pickUpsExcused: number;
    }
  | { readonly kind: 'replay'; readonly outcome: StoredOutcome }
  | { readonly kind: 'overtaken' }
  /** A person has the workflow stand still, until then at the latest. */
  | { readonly kind: 'suspended'; readonly untilMs: number }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'missing' };

export interface CommitRequest {
  readonly fence: Fence;
  /** Set for a terminal outcome only; an outcome that is stored already stays. */
  readonly outcome: StoredOutcome | null;
  /** Set when the task parks for something. */
  readonly wait: StoredWait | null;
  /** Set when the task sends work back; a round of that number that is stored already stays. */
  readonly round: Round | null;
  /** Id of an approval: nothing is committed when it was decided meanwhile. For the deadline that nobody met. */
  readonly unlessDecided: string | null;
  /** Time the attempt ran, in milliseconds; added to what its workflow has used. */
  readonly activeMs: number;
  /** Set when this pick-up proves nothing about a crash loop, beside that of a task that parks: it is handed back. */
  readonly isExcused: boolean;
  /** Set when the engine holds the task by itself; counted. */
  readonly isHeld: boolean;
  readonly gates: readonly GateResult[];
  /** Full texts by name; stored compressed before the events that name them. */
  readonly artifacts: ReadonlyMap<ArtifactName, string>;
  readonly events: readonly AnyEvent[];
}

export type CommitResult = 'committed' | 'overtaken' | 'cancelled' | 'missing' | 'decided';

/** `unchanged`: it was cancelled already, or there is no hash. `merging`: too late, it is past the point of no return. */
export type CancelResult = 'cancelled' | 'unchanged' | 'merging';

export interface DecideRequest {
  readonly workflowId: string;
  readonly taskId: string;
  readonly decision: StoredDecision;
  readonly events: readonly AnyEvent[];
}

/** `late`: its task went on without it, or asks something newer. `unknown`: nothing like it was ever asked. */
export type DecideResult =
  | { readonly kind: 'decided' }
  | { readonly kind: 'already'; readonly decision: StoredDecision }
  | { readonly kind: 'late' | 'unknown' | 'cancelled' | 'missing' };

export interface RetryRequest {
  readonly workflowId: string;
  readonly taskId: string;
  /** What the task is to do instead of running as before. */
  readonly order: Order | null;
  readonly events: readonly AnyEvent[];
}

export type RetryResult = 'retried' | 'not-stopped' | 'cancelled' | 'missing';

export interface SuspendRequest {
  readonly workflowId: string;
  /** When it ends by itself, in milliseconds since the epoch. */
  readonly untilMs: number;
  readonly events: readonly AnyEvent[];
}

export interface OrderRequest {
  readonly workflowId: string;
  readonly taskId: string;
  readonly order: Order;
  readonly events: readonly AnyEvent[];
}

/** `unchanged`: it is so already, or for an order: somebody gave one. `done`: the task has its outcome. */
export type OrderResult = 'ordered' | 'unchanged' | 'done' | 'cancelled' | 'missing';
export type FlagResult = 'changed' | 'unchanged' | 'cancelled' | 'merging' | 'missing';

/** How an attempt stands, asked while it runs. A suspended one may come to a safe point, and still owns its task. */
export type Standing = 'owner' | 'suspended' | 'overtaken' | 'cancelled';

/** A workflow as the record knows it, for a Redis that lost it. */
export interface RebuildRequest {
  readonly head: WorkflowHead;
  readonly outcomes: ReadonlyMap<string, StoredOutcome>;
  /** Attempts made, by task: whoever made one of them before Redis lost the workflow is overtaken. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly gates: readonly GateResult[];
  readonly rounds: readonly Round[];
  /** What people decided, with the task and the attempt that asked. */
  readonly decisions: readonly {
    readonly taskId: string;
    readonly attempt: number;
    readonly decision: StoredDecision;
  }[];
  readonly artifacts: ReadonlyMap<ArtifactName, string>;
  readonly activeMs: number;
  readonly suspendedUntilMs: number | null;
  readonly events: readonly AnyEvent[];
}

/**
 * What the running processes know of one workflow: its head, the outcome of each step, gates by commit,
 * artifacts, the fence and the cancel flag. Gone when the workflow has ended and is recorded.
 */
export interface WorkflowHashes {
  /** Creates the hash and appends the events, once; false when it was there already. */
  open(head: WorkflowHead, events: readonly AnyEvent[]): Promise<boolean>;
  /**
   * Stores our number if it is the highest, reads what the attempt needs, and appends the opening events when the task
   * is to run now: one round trip.
   */
  begin(fence: Fence, openings: readonly AnyEvent[]): Promise<Begun>;
  /** The commit point: one script, all or nothing. */
  commit(request: CommitRequest): Promise<CommitResult>;
  /** Whether this attempt may still cause effects. Asked right before each of them. */
  owns(fence: Fence): Promise<boolean>;
  /** Asked while an attempt runs, by its watch. */
  standing(fence: Fence): Promise<Standing>;
  readArtifact(workflowId: string, name: ArtifactName): Promise<string | null>;
  /**
   * The point of no return: from here on nobody cancels or suspends the workflow, until its task stops for good. False
   * when the attempt was overtaken, or somebody did so first. Or a merge could happen in a workflow told as cancelled,
   * or as standing still.
   */
  beginMerge(fence: Fence): Promise<boolean>;
  /** Raises the flag that every attempt sees, and appends the events, once. */
  cancel(workflowId: string, events: readonly AnyEvent[]): Promise<CancelResult>;
  /** Stores a decision for the approval its task waits for, and appends the events: the first one stands. */
  decide(request: DecideRequest): Promise<DecideResult>;
  /** Whether that approval was decided. Asked after a park: nobody could wake the task before it. */
  isDecided(workflowId: string, approvalId: string): Promise<boolean>;
  /** Takes the outcome of a stopped task away, so that it may run again, and appends the events. */
  retry(request: RetryRequest): Promise<RetryResult>;
  /** Has a workflow stand still: what runs comes to a safe point, nothing else begins. */
  suspend(request: SuspendRequest): Promise<FlagResult>;
  resume(workflowId: string, events: readonly AnyEvent[]): Promise<FlagResult>;
  /** Asked after a park: nobody could wake the task before it. */
  isSuspended(workflowId: string): Promise<boolean>;
  /** Keeps a person's order about a task that has not stopped; the first one stands. */
  order(request: OrderRequest): Promise<OrderResult>;
  /** Sets the score that tasks added from now on are queued by. */
  prioritize(workflowId: string, score: number, events: readonly AnyEvent[]): Promise<FlagResult>;
  /** Puts a lost workflow back whole; false when it is there. */
  rebuild(request: RebuildRequest): Promise<boolean>;
  /** Those of the workflows that are there. */
  present(workflowIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Ids of workflows that are there, at most so many. */
  list(limit: number): Promise<readonly string[]>;
  /** The rounds of a workflow, oldest first; empty when it is not there. */
  readRounds(workflowId: string): Promise<readonly Round[]>;
  remove(workflowId: string): Promise<void>;
}
