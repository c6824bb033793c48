import { TammaError } from '@tamma/domain';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { WaitingClaim } from '../store.ts';
import { claimOf } from './claim-row.ts';
import { cleanText } from './clean.ts';
import { agedScore, rank } from './rank.ts';
import { type ClaimsTable, type Database, SCHEMA } from './schema.ts';

type Row = Selectable<ClaimsTable> & { readonly aged_score: number };

/** One look into the index per project, however many wait in it. */
export function nextWaitingQuery(projects: readonly string[], passedOver: readonly string[]) {
  const names = [...new Set(projects.map(cleanText))];
  const ids = passedOver.map(cleanText);
  return sql<Row>`
    select best.* from unnest(${names}::text[]) as asked (name)
    cross join lateral (
      select claims.*, ${agedScore} as aged_score
      from ${sql.table(`${SCHEMA}.claims`)} as claims
      where project = asked.name and started_at is null and closed_at is null and suspended_at is null
        and workflow_id <> all (${ids}::text[])
      order by ${rank} desc, workflow_id
      limit 1
    ) as best`;
}

export async function nextWaiting(
  db: Kysely<Database>,
  projects: readonly string[],
  passedOver: readonly string[],
): Promise<readonly WaitingClaim[]> {
  if (projects.length === 0) return [];
  const { rows } = await nextWaitingQuery(projects, passedOver).execute(db);
  return rows.map((row) => ({ claim: claimOf(row), agedScore: row.aged_score }));
}

/** How many claims of each project hold a slot: `claims_started` knows them without a look at those that wait. */
export function countStartedQuery(db: Kysely<Database>) {
  return db
    .selectFrom('claims')
    .leftJoin('workflow_states', 'workflow_states.id', 'claims.workflow_id')
    .select((eb) => ['claims.project', eb.fn.countAll().as('count')])
    .where('closed_at', 'is', null)
    .where('started_at', 'is not', null)
    .where((eb) => eb.or([eb('status', 'is', null), eb.not(waitsForPeople())]))
    .groupBy('claims.project');
}

/** Reviewers are people as well, though no question is open while they are waited for. */
function waitsForPeople() {
  return sql<boolean>`(status = 'paused' or coalesce(state #>> '{waitingFor,reason}' = 'review', false))`;
}

export async function setSuspended(
  db: Kysely<Database>,
  workflowId: string,
  suspension: 'suspended' | 'resumed',
): Promise<boolean> {
  const [moment, isSo] =
    suspension === 'suspended'
      ? [sql<Date>`clock_timestamp()`, 'is not' as const]
      : [sql<null>`null`, 'is' as const];
  const { numUpdatedRows } = await db
    .updateTable('claims')
    .set({ suspended_at: moment })
    .where('workflow_id', '=', cleanText(workflowId))
    .where('closed_at', 'is', null)
    .where((eb) => eb.not(eb('suspended_at', isSo, null)))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function setScore(db: Kysely<Database>, workflowId: string, score: number): Promise<boolean> {
  if (!Number.isFinite(score)) {
    throw new TammaError('SCORE_INVALID', `${score} is no score for workflow ${workflowId}`, {
      class: 'validation',
      remedy: 'Give a number from 0 to 1000.',
    });
  }
  const { numUpdatedRows } = await db
    .updateTable('claims')
    .set({
      score,
      head: sql<string>`head || jsonb_build_object('score', ${score}::double precision)`,
    })
    .where('workflow_id', '=', cleanText(workflowId))
    .where('closed_at', 'is', null)
    .where('score', '!=', score)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
