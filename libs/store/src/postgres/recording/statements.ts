import { parseOffset } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';
import { sql } from 'kysely';
import { cleanMoment } from '../clean.ts';
import type { ChainedEntry, HistoryEntry } from './batch.ts';
import type { TaskRecord } from './task-record.ts';
import type { WorkflowRecord } from './workflow-record.ts';

/**
 * The statements that store a batch. Rows travel as one parameter per column: with one per field, taking a statement
 * apart costs both sides more than storing the rows. JSON travels as lines, which JSON itself never breaks; what the
 * document says is read out of it where it is stored.
 */

export const insertEvents = (entries: readonly ChainedEntry[]) => {
  const places = entries.map(({ offset }) => parseOffset(offset));
  return sql`
    insert into tamma.events (
      id, offset_ms, offset_seq, type, at, workflow_id, task_id, step_id, attempt, event, seq, prev_hash, hash
    )
    select
      event ->> 'id', offset_ms, offset_seq, event ->> 'type', at, event ->> 'workflowId', event ->> 'taskId',
      event ->> 'stepId', (event ->> 'attempt')::bigint, event, seq, prev_hash, hash
    from unnest(
      ${places.map(({ ms }) => ms)}::bigint[],
      ${places.map(({ seq }) => seq)}::bigint[],
      ${entries.map(({ event }) => cleanMoment(event.at))}::timestamptz[],
      ${jsonLines(entries.map(({ text }) => text))},
      ${entries.map(({ link }) => link?.seq)}::bigint[],
      ${entries.map(({ link }) => link?.prevHash)}::text[],
      ${entries.map(({ link }) => link?.hash)}::text[]
    ) as row (offset_ms, offset_seq, at, event, seq, prev_hash, hash)`;
};

export const insertHistory = (history: readonly HistoryEntry[]) => sql`
  insert into tamma.workflow_state_history (event_id, workflow_id, changed_at, changes, changed_by)
  select * from unnest(
    ${history.map(({ event }) => event.id)}::text[],
    ${history.map(({ workflowId }) => workflowId)}::text[],
    ${history.map(({ event }) => cleanMoment(event.at))}::timestamptz[],
    ${jsonLines(history.map(({ changes }) => JSON.stringify(changes)))},
    ${history.map(({ event }) => `${event.actor.kind}:${event.actor.id}`)}::text[]
  )`;

export const upsertChains = (workflows: readonly (readonly [id: string, record: WorkflowRecord])[]) => sql`
  insert into tamma.workflow_chains (workflow_id, seq, hash)
  select * from unnest(
    ${workflows.map(([id]) => id)}::text[],
    ${workflows.map(([, { seq }]) => seq)}::bigint[],
    ${workflows.map(([, { hash }]) => hash)}::text[]
  )
  on conflict (workflow_id) do update set seq = excluded.seq, hash = excluded.hash`;

export const upsertStates = (states: readonly (readonly [id: string, state: WorkflowState])[]) => sql`
  insert into tamma.workflow_states (id, project, issue, status, state, created_at, updated_at)
  select id, state ->> 'project', (state ->> 'issue')::bigint, state ->> 'status', state, created_at, updated_at
  from unnest(
    ${states.map(([id]) => id)}::text[],
    ${jsonLines(states.map(([, state]) => JSON.stringify(state)))},
    ${states.map(([, { createdAt }]) => cleanMoment(createdAt))}::timestamptz[],
    ${states.map(([, { updatedAt }]) => cleanMoment(updatedAt))}::timestamptz[]
  ) as row (id, state, created_at, updated_at)
  on conflict (id) do update
    set status = excluded.status, state = excluded.state, updated_at = excluded.updated_at`;

export const upsertTasks = (tasks: readonly TaskRecord[]) => sql`
  insert into tamma.tasks
    (task_id, workflow_id, step_id, status, attempts, started_at, completed_at, duration_ms, error)
  select
    "taskId", "workflowId", "stepId", status, attempts, "startedAt", "completedAt", "durationMs", error
  from jsonb_to_recordset(${JSON.stringify(tasks)}::jsonb) as row (
    "taskId" text, "workflowId" text, "stepId" text, status text, attempts bigint, "startedAt" timestamptz,
    "completedAt" timestamptz, "durationMs" double precision, error jsonb
  )
  on conflict (task_id) do update set
    status = excluded.status, attempts = excluded.attempts, started_at = excluded.started_at,
    completed_at = excluded.completed_at, duration_ms = excluded.duration_ms, error = excluded.error`;

function jsonLines(texts: readonly string[]) {
  return sql`string_to_array(${texts.join('\n')}, E'\\n')::jsonb[]`;
}
