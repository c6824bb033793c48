import type { WorkflowHead } from '@tamma/contracts';
import type { AnyEvent, ErrorReport, TaskStatus, WorkflowStatus } from '@tamma/domain';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { RecordedState } from './recorded-state.ts';

/** The PostgreSQL schema that holds everything of ours. */
export const SCHEMA = 'tamma';

/** Read as a Date, written as ISO 8601. */
type Timestamp = ColumnType<Date, string, string>;
type NullableTimestamp = ColumnType<Date | null, string | null, string | null>;
/** `pg` gives 64-bit numbers as text, because they may be larger than a number can hold. */
type BigInteger = ColumnType<string, number, number>;
type Json<Value extends object> = JSONColumnType<Value, string, string>;

export interface ClaimsTable {
  workflow_id: string;
  project: string;
  /** Null for a task that was submitted on its own. */
  issue: ColumnType<string | null, number | null, never>;
  run: number;
  score: number;
  fingerprint: string;
  head: Json<WorkflowHead>;
  claimed_at: Generated<Date>;
  started_at: ColumnType<Date | null, null, Date | null>;
  closed_at: ColumnType<Date | null, null, Date | null>;
  suspended_at: ColumnType<Date | null, null, Date | null>;
}

interface LeaderLeaseTable {
  id: number;
  /** Null after a release. */
  holder: string | null;
  term: BigInteger;
  expires_at: Timestamp;
}

interface EventsTable {
  id: string;
  offset_ms: BigInteger;
  offset_seq: BigInteger;
  type: string;
  at: Timestamp;
  workflow_id: string | null;
  task_id: string | null;
  step_id: string | null;
  attempt: ColumnType<string | null, number | null, never>;
  event: Json<AnyEvent>;
  seq: ColumnType<string | null, number | null, never>;
  prev_hash: string | null;
  hash: string | null;
}

interface RejectedEntriesTable {
  log_offset: string;
  raw: string;
  reason: string;
  rejected_at: Generated<Date>;
}

/** Where the chain of each workflow ends. */
interface WorkflowChainsTable {
  workflow_id: string;
  seq: BigInteger;
  hash: string;
}

interface WorkflowStatesTable {
  id: string;
  project: string;
  issue: BigInteger;
  status: WorkflowStatus;
  state: Json<RecordedState>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

interface WorkflowStateHistoryTable {
  event_id: string;
  workflow_id: string;
  changed_at: Timestamp;
  changes: Json<object>;
  changed_by: string;
}

interface TasksTable {
  task_id: string;
  workflow_id: string | null;
  step_id: string | null;
  status: TaskStatus;
  attempts: BigInteger;
  started_at: NullableTimestamp;
  completed_at: NullableTimestamp;
  duration_ms: number | null;
  error: ColumnType<ErrorReport | null, string | null, string | null>;
}

export interface ArtifactsTable {
  workflow_id: string;
  name: string;
  sha256: string;
  body: string;
  bytes: BigInteger;
}

interface DeliveriesTable {
  id: string;
  /** The order in which they were stored. */
  place: Generated<string>;
  project: string;
  event: string;
  action: string | null;
  number: ColumnType<string | null, number | null, never>;
  received_at: Timestamp;
  handled_at: ColumnType<Date | null, null, Date | null>;
}

interface LookCursorsTable {
  project: string;
  look: string;
  cursor: string;
}

interface CommentCommandsTable {
  project: string;
  comment: string;
  issue: BigInteger;
  given_by: string;
  command: string;
  begun_at: Generated<Date>;
  begun_times: Generated<number>;
  result: string | null;
  finished_at: ColumnType<Date | null, null, Date | null>;
}

export interface IssueVerdictsTable {
  project: string;
  issue: BigInteger;
  title: string;
  eligible: boolean;
  reasons: string[];
  score: number | null;
  since: Timestamp;
  judged_at: Timestamp;
}

export interface Database {
  deliveries: DeliveriesTable;
  look_cursors: LookCursorsTable;
  comment_commands: CommentCommandsTable;
  issue_verdicts: IssueVerdictsTable;
  claims: ClaimsTable;
  leader_lease: LeaderLeaseTable;
  events: EventsTable;
  rejected_entries: RejectedEntriesTable;
  workflow_chains: WorkflowChainsTable;
  workflow_states: WorkflowStatesTable;
  workflow_state_history: WorkflowStateHistoryTable;
  tasks: TasksTable;
  artifacts: ArtifactsTable;
}
