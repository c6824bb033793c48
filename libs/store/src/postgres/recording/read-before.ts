import type { WorkflowState } from '@tamma/domain';
import { sql, type Transaction } from 'kysely';
import { stateOf } from '../recorded-state.ts';
import type { Database } from '../schema.ts';
import type { Before } from './batch.ts';
import type { EventEntry } from './screen.ts';
import type { StateCache } from './state-cache.ts';
import type { TaskRecord } from './task-record.ts';
import type { WorkflowRecord } from './workflow-record.ts';

type Tx = Transaction<Database>;

/** One parameter, however many values: a statement takes 65,535 parameters at most. */
function anyOf(values: Iterable<string>) {
  return sql<string>`any(${[...new Set(values)]}::text[])`;
}

export async function readKnownIds(tx: Tx, entries: readonly EventEntry[]): Promise<ReadonlySet<string>> {
  const ids = entries.map(({ event }) => event.id);
  const rows = await tx.selectFrom('events').select('id').where('id', '=', anyOf(ids)).execute();
  return new Set(rows.map((row) => row.id));
}

/** No rows are locked: only the holder of the lease's row writes here, and we hold it. */
export async function readBefore(tx: Tx, entries: readonly EventEntry[], cache: StateCache): Promise<Before> {
  const workflowIds = entries.map(({ event }) => event.workflowId).filter((id) => id !== undefined);
  const taskIds = entries.map(({ event }) => event.taskId).filter((id) => id !== undefined);
  return { workflows: await readWorkflows(tx, workflowIds, cache), tasks: await readTasks(tx, taskIds) };
}

async function readWorkflows(
  tx: Tx,
  ids: readonly string[],
  cache: StateCache,
): Promise<Map<string, WorkflowRecord>> {
  const chains = await tx
    .selectFrom('workflow_chains')
    .select(['workflow_id', 'seq', 'hash'])
    .where('workflow_id', '=', anyOf(ids))
    .execute();
  const unknown = chains.filter(({ workflow_id, hash }) => cache.find(workflow_id, hash) === undefined);
  const states = await readStates(
    tx,
    unknown.map(({ workflow_id }) => workflow_id),
  );
  return new Map(
    chains.map(({ workflow_id: id, seq, hash }) => {
      const state = cache.find(id, hash) ?? states.get(id) ?? null;
      return [id, { seq: Number(seq), hash, state }];
    }),
  );
}

async function readStates(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, WorkflowState>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('workflow_states')
    .select(['id', 'state'])
    .where('id', '=', anyOf(ids))
    .execute();
  return new Map(rows.map(({ id, state }) => [id, stateOf(state)]));
}

async function readTasks(tx: Tx, ids: readonly string[]): Promise<Map<string, TaskRecord>> {
  const rows = await tx.selectFrom('tasks').selectAll().where('task_id', '=', anyOf(ids)).execute();
  return new Map(
    rows.map((row) => [
      row.task_id,
      {
        taskId: row.task_id,
        workflowId: row.workflow_id,
        stepId: row.step_id,
        status: row.status,
        attempts: Number(row.attempts),
        startedAt: row.started_at?.toISOString() ?? null,
        completedAt: row.completed_at?.toISOString() ?? null,
        durationMs: row.duration_ms,
        error: row.error,
      },
    ]),
  );
}
