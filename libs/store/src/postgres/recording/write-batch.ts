import { parseOffset } from '@tamma/contracts';
import { type Insertable, sql, type Transaction } from 'kysely';
import type { ArtifactBody } from '../../store.ts';
import { cleanMoment, cleanText } from '../clean.ts';
import type {
  ArtifactsTable,
  Database,
  EventsTable,
  TasksTable,
  WorkflowStateHistoryTable,
  WorkflowStatesTable,
} from '../schema.ts';
import type { Batch, ChainedEntry, HistoryEntry } from './batch.ts';
import { isKey, type RejectedEntry } from './screen.ts';
import type { TaskRecord } from './task-record.ts';

type Tx = Transaction<Database>;

/** A statement takes 65,535 parameters at most, and a row here has up to thirteen. */
const ROWS_PER_STATEMENT = 1000;

export async function writeBatch(tx: Tx, batch: Batch): Promise<void> {
  await inChunks(batch.entries.map(eventRow), (rows) => tx.insertInto('events').values(rows).execute());
  await inChunks(batch.history.map(historyRow), (rows) =>
    tx.insertInto('workflow_state_history').values(rows).execute(),
  );
  await writeChains(tx, batch);
  await writeStates(tx, batch);
  await writeTasks(tx, batch);
}

/** Returns the offsets that were new. */
export async function writeRejected(tx: Tx, entries: readonly RejectedEntry[]): Promise<ReadonlySet<string>> {
  const fresh = new Set<string>();
  await inChunks(entries, async (part) => {
    const rows = part.map(({ offset, malformed, reason }) => ({
      log_offset: offset,
      raw: malformed,
      reason,
    }));
    const inserted = await tx
      .insertInto('rejected_entries')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning('log_offset')
      .execute();
    for (const row of inserted) fresh.add(row.log_offset);
  });
  return fresh;
}

export async function writeArtifacts(tx: Tx, artifacts: readonly ArtifactBody[]): Promise<void> {
  const rows = new Map<string, Insertable<ArtifactsTable>>();
  for (const artifact of artifacts) {
    // The event that names such an artifact was set aside for the same reason.
    if (!isKey(artifact.workflowId) || !isKey(artifact.name)) continue;
    rows.set(JSON.stringify([artifact.workflowId, artifact.name]), artifactRow(artifact));
  }
  await inChunks([...rows.values()], (part) =>
    tx
      .insertInto('artifacts')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['workflow_id', 'name']).doUpdateSet((eb) => ({
          sha256: eb.ref('excluded.sha256'),
          body: eb.ref('excluded.body'),
          bytes: eb.ref('excluded.bytes'),
        })),
      )
      .execute(),
  );
}

async function writeChains(tx: Tx, { workflows }: Batch): Promise<void> {
  const rows = [...workflows].map(([id, { seq, hash }]) => ({ workflow_id: id, seq, hash }));
  await inChunks(rows, (part) =>
    tx
      .insertInto('workflow_chains')
      .values(part)
      .onConflict((conflict) =>
        conflict
          .column('workflow_id')
          .doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq'), hash: eb.ref('excluded.hash') })),
      )
      .execute(),
  );
}

async function writeStates(tx: Tx, { workflows }: Batch): Promise<void> {
  const rows = [...workflows].flatMap(([id, { state }]): Insertable<WorkflowStatesTable>[] => {
    if (state === null) return [];
    return [
      {
        id,
        project: state.project,
        issue: state.issue,
        status: state.status,
        state: JSON.stringify(state),
        created_at: cleanMoment(state.createdAt),
        updated_at: cleanMoment(state.updatedAt),
      },
    ];
  });
  await inChunks(rows, (part) =>
    tx
      .insertInto('workflow_states')
      .values(part)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({
          status: eb.ref('excluded.status'),
          state: eb.ref('excluded.state'),
          updated_at: eb.ref('excluded.updated_at'),
        })),
      )
      .execute(),
  );
}

async function writeTasks(tx: Tx, { tasks, cancelled }: Batch): Promise<void> {
  await inChunks([...tasks.values()].map(taskRow), (rows) =>
    tx
      .insertInto('tasks')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('task_id').doUpdateSet((eb) => ({
          status: eb.ref('excluded.status'),
          attempts: eb.ref('excluded.attempts'),
          started_at: eb.ref('excluded.started_at'),
          completed_at: eb.ref('excluded.completed_at'),
          duration_ms: eb.ref('excluded.duration_ms'),
          error: eb.ref('excluded.error'),
        })),
      )
      .execute(),
  );
  if (cancelled.length === 0) return;
  await tx
    .updateTable('tasks')
    .set({ status: 'cancelled' })
    .where('workflow_id', '=', sql<string>`any(${cancelled}::text[])`)
    .where('status', 'not in', ['completed', 'cancelled'])
    .execute();
}

function eventRow({ offset, event, link }: ChainedEntry): Insertable<EventsTable> {
  const { ms, seq } = parseOffset(offset);
  return {
    id: event.id,
    offset_ms: ms,
    offset_seq: seq,
    type: event.type,
    at: cleanMoment(event.at),
    workflow_id: event.workflowId ?? null,
    task_id: event.taskId ?? null,
    step_id: event.stepId ?? null,
    attempt: event.attempt ?? null,
    event: JSON.stringify(event),
    seq: link?.seq ?? null,
    prev_hash: link?.prevHash ?? null,
    hash: link?.hash ?? null,
  };
}

function historyRow({ event, workflowId, changes }: HistoryEntry): Insertable<WorkflowStateHistoryTable> {
  return {
    event_id: event.id,
    workflow_id: workflowId,
    changed_at: cleanMoment(event.at),
    changes: JSON.stringify(changes),
    changed_by: `${event.actor.kind}:${event.actor.id}`,
  };
}

function taskRow(task: TaskRecord): Insertable<TasksTable> {
  return {
    task_id: task.taskId,
    workflow_id: task.workflowId,
    step_id: task.stepId,
    status: task.status,
    attempts: task.attempts,
    started_at: task.startedAt,
    completed_at: task.completedAt,
    duration_ms: task.durationMs,
    error: task.error === null ? null : JSON.stringify(task.error),
  };
}

function artifactRow({ workflowId, name, sha256, text }: ArtifactBody): Insertable<ArtifactsTable> {
  const body = cleanText(text);
  return {
    workflow_id: cleanText(workflowId),
    name: cleanText(name),
    sha256: cleanText(sha256),
    body,
    bytes: Buffer.byteLength(body),
  };
}

async function inChunks<Row>(rows: readonly Row[], write: (part: Row[]) => Promise<unknown>): Promise<void> {
  for (let begin = 0; begin < rows.length; begin += ROWS_PER_STATEMENT) {
    await write(rows.slice(begin, begin + ROWS_PER_STATEMENT));
  }
}
