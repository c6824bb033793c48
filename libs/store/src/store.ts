import type { WorkflowHead } from '@tamma/contracts';
import type {
  AnyEvent,
  BudgetLevel,
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

/** A request for a task on its own, that no issue stands behind. */
export interface TaskClaimRequest {
  readonly project: string;
  readonly score: number;
  readonly head: WorkflowHead;
}

export interface OpenClaim {
  readonly workflowId: string;
  readonly project: string;
  /** Null for a task that was submitted on its own. */
  readonly issue: number | null;
  readonly head: WorkflowHead;
  /** ISO 8601. */
  readonly claimedAt: string;
  readonly startedAt: string | null;
  /** Whether a person keeps it from being started. */
  readonly isSuspended: boolean;
}

/** An issue that is claimed, by what and how good: without its head, so that many can be looked at. */
export interface ClaimedIssue {
  readonly issue: number;
  readonly workflowId: string;
  readonly score: number;
}

/** What people set about a claim until the moment it was marked as started. */
export interface StartedClaim {
  readonly score: number;
  readonly isSuspended: boolean;
}

/** A claim that waits for a slot, and how good it is by now. */
export interface WaitingClaim {
  readonly claim: OpenClaim;
  readonly agedScore: number;
}

/** Desk: short transactions by any orchestrator. A unique open claim per issue is what prevents double work. */
export interface Claims {
  open(request: ClaimRequest): Promise<ClaimResult>;
  /** Opens a claim of its own for every task; false when it was there already. */
  openTask(request: TaskClaimRequest): Promise<boolean>;
  /**
   * The best waiting claim of each of the projects that has one: open, without a flow, not suspended, and not among
   * those passed over. Best is the highest aged score (the score, and one point for each hour it waits), then the oldest.
   */
  nextWaiting(projects: readonly string[], passedOver: readonly string[]): Promise<readonly WaitingClaim[]>;
  /** Open claims with a flow that hold a slot, by project: one whose workflow waits for a person does not. */
  countStarted(): Promise<ReadonlyMap<string, number>>;
  /** Open claims with a flow, by workflow id, from the one after `after`: for a look at all of them in pages. */
  listStarted(page: { readonly after: string | null; readonly limit: number }): Promise<readonly OpenClaim[]>;
  /** Keeps a claim that waits from being started, or lets it; false when it was so already. */
  setSuspended(workflowId: string, suspension: 'suspended' | 'resumed'): Promise<boolean>;
  /** Changes the score by which a claim waits, in its head as well; false when it has that score already. */
  setScore(workflowId: string, score: number): Promise<boolean>;
  /** Answers how the claim stands, for what people changed while it was being started; null when it is not open. */
  markStarted(workflowId: string): Promise<StartedClaim | null>;
  /** Which of these issues of a project are claimed. */
  findIssues(project: string, issues: readonly number[]): Promise<readonly ClaimedIssue[]>;
  /** Every open claim of an issue of the project, with its head: some kilobytes each. */
  listOpen(project: string): Promise<readonly OpenClaim[]>;
  /** The open claim of a workflow, null when it is closed or was never made. */
  findOpen(workflowId: string): Promise<OpenClaim | null>;
  /** Open claims whose workflow the record shows as ended. */
  listEnded(limit: number): Promise<readonly OpenClaim[]>;
  /** Sets what an open claim says the issue was like; false when there is none. */
  setFingerprint(workflowId: string, fingerprint: string): Promise<boolean>;
  close(workflowId: string): Promise<void>;
  /** Which of these issues of a project were ever claimed, whether their claim is closed or not. */
  findWorked(project: string, issues: readonly number[]): Promise<ReadonlySet<number>>;
  /** The last closed claim of the issue, with how its workflow ended. */
  findEarlier(project: string, issue: number): Promise<EarlierWorkflow | null>;
  /** How many workflows of the issue ended because it was edited, since one of them was last merged. */
  countRestarts(project: string, issue: number): Promise<number>;
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
  /** Workflows of issues, unless said otherwise; tasks that were submitted on their own; or both. */
  readonly kind?: 'issue' | 'task' | 'any' | undefined;
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

/** What the answers of models cost, in millionths of a US dollar. */
export interface TaskCost {
  readonly workflowId: string;
  /** Null for answers that were told of no task. */
  readonly taskId: string | null;
  readonly microUsd: number;
}

export interface BudgetRaises {
  readonly level: BudgetLevel;
  readonly id: string;
  readonly microUsd: number;
}

export interface ProjectCost {
  /** Null for workflows of which nothing else is on record. */
  readonly project: string | null;
  readonly microUsd: number;
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
  /** What was spent by each task of these workflows before then (ISO 8601); of 1,000 workflows at most. */
  costsOfTasks(workflowIds: readonly string[], before: string): Promise<readonly TaskCost[]>;
  /** What was spent by each project within that span (ISO 8601). */
  costsOfProjects(span: { readonly from: string; readonly before: string }): Promise<readonly ProjectCost[]>;
  /** What people raised budgets by since then (ISO 8601); of the 1,000 that were raised last. */
  raisesOfBudgets(from: string): Promise<readonly BudgetRaises[]>;
}

export interface ChainedEvent {
  readonly seq: number;
  readonly prevHash: string;
  readonly hash: string;
  readonly event: AnyEvent;
}

/** A webhook delivery as it is kept: what it points at, never what it says. */
export interface Delivery {
  /** What it is known again by: the digest of its body, which is what was signed. */
  readonly id: string;
  readonly project: string;
  readonly event: string;
  readonly action: string | null;
  /** The issue or pull request it is about. */
  readonly number: number | null;
  /** ISO 8601. */
  readonly receivedAt: string;
}

/** A command that a person gave in a comment, once per comment. */
export interface CommentCommand {
  readonly project: string;
  readonly comment: string;
  readonly issue: number;
  readonly by: string;
  readonly command: string;
}

/** Desk: what came from a platform, kept before it is acted on. Every method is one statement. */
export interface Inbox {
  /** False when a delivery of that id was received before. */
  receive(delivery: Delivery): Promise<boolean>;
  /** Oldest first, without those of projects that are passed over. */
  listUnhandled(limit: number, passedOver?: readonly string[]): Promise<readonly Delivery[]>;
  markHandled(ids: readonly string[]): Promise<void>;
  /** Forgets what was handled before then (ISO 8601), at most so many; returns how many. */
  forgetDeliveries(before: string, limit: number): Promise<number>;
  /** How far a look at a project went, in that look's own terms; null before the first. */
  readCursor(project: string, look: string): Promise<string | null>;
  writeCursor(project: string, look: string, cursor: string): Promise<void>;
  /** `new` the first time; `unfinished` when it was begun and its end was never written down. */
  beginCommand(command: CommentCommand): Promise<'new' | 'unfinished' | 'finished'>;
  finishCommand(command: Pick<CommentCommand, 'project' | 'comment'>, result: string): Promise<void>;
}

/** Why an issue is worked on, or is not. */
export interface IssueVerdict {
  readonly project: string;
  readonly issue: number;
  readonly title: string;
  readonly eligible: boolean;
  /** Every rule that refused, as sentences. */
  readonly reasons: readonly string[];
  readonly score: number | null;
  /** When it was first judged so; ISO 8601. */
  readonly since: string;
  readonly judgedAt: string;
}

/** Desk: the latest verdict on each issue, written by whoever judges. */
export interface Verdicts {
  /** Keeps `since` while eligibility and reasons are what they were. */
  save(verdicts: readonly Omit<IssueVerdict, 'since'>[]): Promise<void>;
  find(project: string, issue: number): Promise<IssueVerdict | null>;
  /** By issue number; `after` is the last number of the page before. */
  list(filter: VerdictFilter): Promise<readonly IssueVerdict[]>;
}

export interface VerdictFilter {
  readonly project: string;
  readonly eligible?: boolean | undefined;
  readonly limit: number;
  readonly after?: number | undefined;
}

export interface Store {
  readonly claims: Claims;
  readonly inbox: Inbox;
  readonly verdicts: Verdicts;
  readonly lease: LeaderLease;
  readonly writer: RecordWriter;
  readonly reader: RecordReader;
  ping(): Promise<void>;
  close(): Promise<void>;
}
