import { type Insertable, sql, type Transaction } from 'kysely';
import type { ArtifactBody } from '../../store.ts';
import { cleanText } from '../clean.ts';
import type { ArtifactsTable, Database } from '../schema.ts';
import type { Batch } from './batch.ts';
import { isKey, type RejectedEntry } from './screen.ts';
import { insertEvents, insertHistory, upsertChains, upsertStates, upsertTasks } from './statements.ts';

type Tx = Transaction<Database>;

/** What PostgreSQL is handed at once: a thousand of the longest events are far below what a value may hold. */
const ROWS_PER_STATEMENT = 1000;

export async function writeBatch(tx: Tx, batch: Batch): Promise<void> {
  await inChunks(batch.entries, (part) => insertEvents(part).execute(tx));
  await inChunks(batch.history, (part) => insertHistory(part).execute(tx));
  await inChunks([...batch.workflows], (part) => upsertChains(part).execute(tx));
  await inChunks([...batch.states], (part) => upsertStates(part).execute(tx));
  await inChunks([...batch.tasks.values()], (part) => upsertTasks(part).execute(tx));
  await cancelTasks(tx, batch);
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

/** Of its open tasks nothing more is told once a workflow is cancelled. */
async function cancelTasks(tx: Tx, { cancelled }: Batch): Promise<void> {
  if (cancelled.length === 0) return;
  await tx
    .updateTable('tasks')
    .set({ status: 'cancelled' })
    .where('workflow_id', '=', sql<string>`any(${cancelled}::text[])`)
    .where('status', 'not in', ['completed', 'cancelled'])
    .execute();
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
