import type { WorkflowHead } from '@tamma/contracts';
import type {
  AnyEvent,
  Capability,
  EarlierWorkflow,
  StepState,
  TaskStatus,
  WorkflowState,
  WorkflowStatus,
} from '@tamma/domain';

/** A request to work on an issue: at most one is open per project and issue. */
export interface ClaimRequest {
  readonly project: string;
  readonly issue: number;
  readonly score: number;
  readonly fingerprint: string;
  /** Builds what the workflow will rely on once its run number is known. */
  readonly head: (run: number) => WorkflowHead;
}

export type ClaimResult =
  | { readonly claimed: true; readonly head: WorkflowHead }
  | { readonly claimed: false; readonly workflowId: string };

export interface OpenClaim {
  readonly workflowId: string;
  readonly project: string;
  readonly issue: number;
  readonly head: WorkflowHead;
  /** ISO 8601. */
  readonly claimedAt: string;
  readonly startedAt: string | null;
}

/** Desk: short transactions by any orchestrator. A unique open claim per issue is what prevents double work. */
export interface Claims {
  open(request: ClaimRequest): Promise<ClaimResult>;
  /** Open claims without a flow, best aged score first. */
  waitingForSlot(limit: number): Promise<readonly OpenClaim[]>;
  /** Open claims with a flow that hold a slot: one whose workflow waits for a person does not. */
  countStarted(): Promise<number>;
  markStarted(workflowId: string): Promise<void>;
  /** Every open claim of a project. */
  listOpen(project: string): Promise<readonly OpenClaim[]>;
  /** The open claim of a workflow, null when it is closed or was never made. */
  findOpen(workflowId: string): Promise<OpenClaim | null>;
  /** Open claims whose workflow the record shows as ended. */
  listEnded(limit: number): Promise<readonly OpenClaim[]>;
  close(workflowId: string): Promise<void>;
  /** The last closed claim of the issue, with how its workflow ended. */
  findEarlier(project: string, issue: number): Promise<EarlierWorkflow | null>;
}

/** Desk: who leads. Every method is one statement. */
export interface LeaderLease {
  /** The new term, or null while somebody else holds an unexpired lease. */
  acquire(holder: string, durationMs: number): Promise<number | null>;
  renew(holder: string, term: number, durationMs: number): Promise<boolean>;
  release(holder: string, term: number): Promise<void>;
}

export type RecordableEntry =
  | { readonly offset: string; readonly event: AnyEvent }
  | { readonly offset: string; readonly malformed: string; readonly reason: string };

/** The body of an artifact that an event names. */
export interface ArtifactBody {
  readonly workflowId: string;
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
}

export interface RecordRequest {
  readonly term: number;
  readonly entries: readonly RecordableEntry[];
  readonly artifacts: readonly ArtifactBody[];
}

/** Record: written by the leader's recorder alone, one transaction per batch, duplicates absorbed by event id. */
export interface RecordWriter {
  /**
   * Stores events with `seq`, `prevHash` and `hash` per workflow, the fold of each workflow, and artifacts.
   * Throws a TammaError with code `TERM_LOST` when the term is not the current one; nothing is stored then.
   * Returns the entries that were new.
   */
  record(request: RecordRequest): Promise<readonly RecordableEntry[]>;
}

export interface WorkflowFilter {
  readonly status?: WorkflowStatus | undefined;
  readonly project?: string | undefined;
  readonly limit: number;
  /** Opaque; from the list's `next`. */
  readonly after?: string | undefined;
}

export interface TaskFilter {
  readonly status?: TaskStatus | undefined;
  readonly capability?: Capability | undefined;
  readonly workflowId?: string | undefined;
  readonly limit: number;
  /** Opaque; from the list's `next`. */
  readonly after?: string | undefined;
}

/** A step of a workflow, as its latest round shows it. */
export interface RecordedStep {
  readonly workflowId: string;
  readonly project: string;
  readonly issue: number;
  readonly step: StepState;
}

export interface EventFilter {
  readonly since?: string | undefined;
  readonly workflowId?: string | undefined;
  /** Any of these; absent or empty for all. */
  readonly types?: readonly string[] | undefined;
  readonly limit: number;
}

/** A workflow, and how far the record goes: what the log holds after `offset` is not in it yet. */
export interface WorkflowSnapshot {
  readonly state: WorkflowState | null;
  readonly offset: string;
}

export interface RecordedEvent {
  readonly offset: string;
  readonly event: AnyEvent;
}

export interface RecordReader {
  listWorkflows(filter: WorkflowFilter): Promise<{ items: readonly WorkflowState[]; next: string | null }>;
  getWorkflow(id: string): Promise<WorkflowState | null>;
  readSnapshot(id: string): Promise<WorkflowSnapshot>;
  /** How far the record goes: the place in the log of the newest event in it. */
  recordedTo(): Promise<string>;
  /** Newest workflow first, its steps in running order. */
  listTasks(filter: TaskFilter): Promise<{ items: readonly RecordedStep[]; next: string | null }>;
  listEvents(filter: EventFilter): Promise<readonly RecordedEvent[]>;
  readArtifact(workflowId: string, name: string): Promise<string | null>;
  /** The recorded events of one workflow, oldest first, with their chain. */
  readChain(workflowId: string): Promise<readonly ChainedEvent[]>;
  countWorkflows(): Promise<Readonly<Partial<Record<WorkflowStatus, number>>>>;
}

export interface ChainedEvent {
  readonly seq: number;
  readonly prevHash: string;
  readonly hash: string;
  readonly event: AnyEvent;
}

export interface Store {
  readonly claims: Claims;
  readonly lease: LeaderLease;
  readonly writer: RecordWriter;
  readonly reader: RecordReader;
  ping(): Promise<void>;
  close(): Promise<void>;
}
