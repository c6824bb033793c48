import { sql, type Transaction } from 'kysely';
import type { Database } from '../schema.ts';
import type { Before } from './batch.ts';
import type { EventEntry } from './screen.ts';
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
export async function readBefore(tx: Tx, entries: readonly EventEntry[]): Promise<Before> {
  const workflowIds = entries.map(({ event }) => event.workflowId).filter((id) => id !== undefined);
  const taskIds = entries.map(({ event }) => event.taskId).filter((id) => id !== undefined);
  return { workflows: await readWorkflows(tx, workflowIds), tasks: await readTasks(tx, taskIds) };
}

async function readWorkflows(tx: Tx, ids: readonly string[]): Promise<Map<string, WorkflowRecord>> {
  const rows = await tx
    .selectFrom('workflow_chains as chain')
    .leftJoin('workflow_states as states', 'states.id', 'chain.workflow_id')
    .select(['chain.workflow_id', 'chain.seq', 'chain.hash', 'states.state'])
    .where('chain.workflow_id', '=', anyOf(ids))
    .execute();
  return new Map(
    rows.map((row) => [row.workflow_id, { seq: Number(row.seq), hash: row.hash, state: row.state }]),
  );
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
