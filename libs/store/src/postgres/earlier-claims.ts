import type { EarlierWorkflow } from '@tamma/domain';
import { type Kysely, sql } from 'kysely';
import { cleanText } from './clean.ts';
import type { Database } from './schema.ts';

export async function findEarlier(
  db: Kysely<Database>,
  project: string,
  issue: number,
): Promise<EarlierWorkflow | null> {
  const row = await db
    .selectFrom('claims')
    .leftJoin('workflow_states', 'workflow_states.id', 'claims.workflow_id')
    .select(['claims.workflow_id', 'claims.fingerprint', 'workflow_states.status'])
    .where('claims.project', '=', cleanText(project))
    .where('claims.issue', '=', String(issue))
    .where('claims.closed_at', 'is not', null)
    .orderBy('claims.run', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined || !isEnd(row.status)) return null;
  return { workflowId: row.workflow_id, status: row.status, fingerprint: row.fingerprint };
}

export async function findWorked(
  db: Kysely<Database>,
  project: string,
  issues: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('claims')
    .select('issue')
    .distinct()
    .where('project', '=', cleanText(project))
    .where('issue', '=', sql<string>`any(${issues}::bigint[])`)
    .execute();
  return new Set(rows.map(({ issue }) => Number(issue)));
}

/** Claims find the workflows of an issue by their index; states have none for it. */
export async function countRestarts(db: Kysely<Database>, project: string, issue: number): Promise<number> {
  const runs = db
    .selectFrom('claims')
    .innerJoin('workflow_states', 'workflow_states.id', 'claims.workflow_id')
    .where('claims.project', '=', cleanText(project))
    .where('claims.issue', '=', String(issue));
  const lastMerged = runs
    .select(sql<number>`coalesce(max(run), 0)`.as('run'))
    .where(sql<boolean>`state ->> 'result' = 'merged'`);
  const row = await runs
    .select((eb) => eb.fn.countAll().as('count'))
    .where('run', '>', lastMerged)
    .where('status', '=', 'cancelled')
    .where(sql<boolean>`state ->> 'wasEdited' = 'true'`)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function isEnd(status: string | null): status is EarlierWorkflow['status'] {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
