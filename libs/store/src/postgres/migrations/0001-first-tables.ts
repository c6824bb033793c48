import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table tamma.claims (
    workflow_id text primary key,
    project text not null,
    issue bigint not null,
    run integer not null,
    score double precision not null,
    fingerprint text not null,
    head jsonb not null,
    claimed_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    closed_at timestamptz,
    unique (project, issue, run)
  )`,
  // The one rule that prevents double work: an issue has at most one open claim.
  'create unique index claims_one_open on tamma.claims (project, issue) where closed_at is null',

  `create table tamma.leader_lease (
    id smallint primary key check (id = 1),
    holder text,
    term bigint not null,
    expires_at timestamptz not null
  )`,

  `create table tamma.events (
    id text primary key,
    offset_ms bigint not null,
    offset_seq bigint not null,
    type text not null,
    at timestamptz not null,
    workflow_id text,
    task_id text,
    step_id text,
    attempt bigint,
    event jsonb not null,
    seq bigint,
    prev_hash text,
    hash text
  )`,
  'create index events_in_log_order on tamma.events (offset_ms, offset_seq)',
  'create unique index events_chain on tamma.events (workflow_id, seq) where workflow_id is not null',
  'create index events_by_type on tamma.events (type, offset_ms, offset_seq)',

  `create table tamma.rejected_entries (
    log_offset text primary key,
    raw text not null,
    reason text not null,
    rejected_at timestamptz not null default clock_timestamp()
  )`,

  `create table tamma.workflow_chains (
    workflow_id text primary key,
    seq bigint not null,
    hash text not null
  )`,

  `create table tamma.workflow_states (
    id text primary key,
    project text not null,
    issue bigint not null,
    status text not null,
    state jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  'create index workflow_states_newest on tamma.workflow_states (created_at desc, id desc)',
  'create index workflow_states_by_status on tamma.workflow_states (status, created_at desc, id desc)',

  `create table tamma.workflow_state_history (
    event_id text primary key,
    workflow_id text not null,
    changed_at timestamptz not null,
    changes jsonb not null,
    changed_by text not null
  )`,
  'create index workflow_state_history_of_workflow on tamma.workflow_state_history (workflow_id, changed_at)',

  `create table tamma.tasks (
    task_id text primary key,
    workflow_id text,
    step_id text,
    status text not null,
    attempts bigint not null,
    started_at timestamptz,
    completed_at timestamptz,
    duration_ms double precision,
    error jsonb
  )`,
  'create index tasks_of_workflow on tamma.tasks (workflow_id)',

  `create table tamma.artifacts (
    workflow_id text not null,
    name text not null,
    sha256 text not null,
    body text not null,
    bytes bigint not null,
    primary key (workflow_id, name)
  )`,
];

export const firstTables = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
