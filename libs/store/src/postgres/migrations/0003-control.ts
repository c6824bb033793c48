import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // A task that was submitted on its own has no issue; the unique indexes take every null for another one.
  'alter table tamma.claims alter column issue drop not null',
  'alter table tamma.claims add column suspended_at timestamptz',

  // A point an hour for all alike leaves the order as it is, so that an index can hold it (postgres/rank.ts).
  `create index claims_waiting on tamma.claims (
    project,
    (score * 3600 - date_part('epoch', claimed_at - timestamptz '2000-01-01 00:00:00+00')) desc,
    workflow_id
  ) where started_at is null and closed_at is null and suspended_at is null`,
  `create index claims_started on tamma.claims (workflow_id) include (project)
    where started_at is not null and closed_at is null`,

  // The record of events says already that an event counts once; one index is enough to find a workflow's changes.
  `alter table tamma.workflow_state_history
    drop constraint workflow_state_history_pkey, add primary key (workflow_id, event_id)`,
  'drop index tamma.workflow_state_history_of_workflow',
  // Written again with each batch: with room beside it the new version of a row needs no new places in the indexes.
  'alter table tamma.workflow_chains set (fillfactor = 50)',
  'alter table tamma.tasks set (fillfactor = 70)',

  // What heads that were claimed before do not say.
  `update tamma.claims set head =
    '{"activeLimitMs": 7200000, "task": null}'::jsonb
    || head
    || jsonb_build_object('template', head -> 'template' || jsonb_build_object('steps', (
      select coalesce(jsonb_agg('{"allow": []}'::jsonb || step order by place), '[]'::jsonb)
      from jsonb_array_elements(head -> 'template' -> 'steps') with ordinality as steps (step, place)
    )))
    where closed_at is null`,

  // What states that were recorded before do not say: nothing was ordered, suspended, or submitted on its own.
  `update tamma.workflow_states set state =
    '{"taskType": null, "suspended": null, "escalation": null}'::jsonb
    || state
    || jsonb_build_object('steps', (
      select coalesce(jsonb_agg('{"allow": [], "order": null}'::jsonb || step order by place), '[]'::jsonb)
      from jsonb_array_elements(state -> 'steps') with ordinality as steps (step, place)
    ))`,

  // One that was escalated still is; nobody else would be told of it as time passes.
  `update tamma.workflow_states states set state = state || jsonb_build_object('escalation', jsonb_build_object(
      'taskId', states.id || '.' || (step ->> 'id')
        || case when step ->> 'round' = '0' then '' else '.' || (step ->> 'round') end,
      'stepId', step ->> 'id',
      'level', 2,
      'since', state -> 'waitingFor' -> 'since',
      'until', state -> 'waitingFor' -> 'until'
    ))
    from (
      select id, jsonb_path_query_first(state, '$.steps[*] ? (@.status == "failed")') as step
      from tamma.workflow_states
      where status = 'paused' and state -> 'approval' = 'null' and state -> 'waitingFor' ->> 'reason' = 'human'
    ) as asked
    where asked.id = states.id and step is not null`,
];

export const control: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
