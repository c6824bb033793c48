import { type EarlierWorkflow, hasWorkflowEnded, TammaError, WORKFLOW_STATUSES } from '@tamma/domain';
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { ClaimRequest, ClaimResult, Claims, OpenClaim } from '../store.ts';
import { cleanJson, cleanText } from './clean.ts';
import type { ClaimsTable, Database } from './schema.ts';

/** Another process may close or open a claim between two of our statements; more often than this is a bug. */
const OPEN_ATTEMPTS_MAX = 5;
const ENDED = WORKFLOW_STATUSES.filter(hasWorkflowEnded);

export function createClaims(db: Kysely<Database>): Claims {
  const open = () => db.selectFrom('claims').selectAll('claims').where('closed_at', 'is', null);
  return {
    open: (request) => openClaim(db, request),

    waitingForSlot: async (limit) => {
      const rows = await open()
        .where('started_at', 'is', null)
        .orderBy(agedScore, 'desc')
        .orderBy('claimed_at')
        .orderBy('workflow_id')
        .limit(limit)
        .execute();
      return rows.map(claimOf);
    },

    countStarted: async () => {
      const { count } = await db
        .selectFrom('claims')
        .leftJoin('workflow_states', 'workflow_states.id', 'claims.workflow_id')
        .select((eb) => eb.fn.countAll().as('count'))
        .where('closed_at', 'is', null)
        .where('started_at', 'is not', null)
        .where((eb) => eb.or([eb('status', 'is', null), eb('status', '!=', 'paused')]))
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    markStarted: async (workflowId) => {
      const result = await db
        .updateTable('claims')
        .set({ started_at: sql<Date>`coalesce(started_at, clock_timestamp())` })
        .where('workflow_id', '=', workflowId)
        .executeTakeFirst();
      requireClaim(workflowId, result.numUpdatedRows);
    },

    listOpen: async (project) => {
      const rows = await open().where('project', '=', project).orderBy('claimed_at').execute();
      return rows.map(claimOf);
    },

    findOpen: async (workflowId) => {
      const row = await open().where('workflow_id', '=', cleanText(workflowId)).executeTakeFirst();
      return row === undefined ? null : claimOf(row);
    },

    listEnded: async (limit) => {
      const rows = await open()
        .innerJoin('workflow_states', 'workflow_states.id', 'claims.workflow_id')
        .where('workflow_states.status', 'in', ENDED)
        .orderBy('claimed_at')
        .limit(limit)
        .execute();
      return rows.map(claimOf);
    },

    close: async (workflowId) => {
      const result = await db
        .updateTable('claims')
        .set({ closed_at: sql<Date>`coalesce(closed_at, clock_timestamp())` })
        .where('workflow_id', '=', workflowId)
        .executeTakeFirst();
      requireClaim(workflowId, result.numUpdatedRows);
    },

    findEarlier: async (project, issue) => {
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
    },
  };
}

/** The domain's `agedScore` in SQL: one point an hour, so that nothing starves. */
const agedScore = sql<number>`
  least(1000, round(score + floor(extract(epoch from clock_timestamp() - claimed_at) / 3600)))`;

async function openClaim(db: Kysely<Database>, request: ClaimRequest): Promise<ClaimResult> {
  for (let attempt = 0; attempt < OPEN_ATTEMPTS_MAX; attempt += 1) {
    const result = await db.transaction().execute((tx) => tryToOpen(tx, request));
    if (result !== null) return result;
  }
  throw new TammaError(
    'CLAIM_CONTESTED',
    `issue ${request.issue} of ${request.project} cannot be claimed: its claims change under our hands`,
    { class: 'conflict', remedy: 'Look for a second workflow with the same id in the table claims.' },
  );
}

/** Null when somebody else's claim got in the way and is not open any more. */
async function tryToOpen(tx: Transaction<Database>, request: ClaimRequest): Promise<ClaimResult | null> {
  const { project, issue, score, fingerprint } = cleanJson({ ...request, head: null });
  const { lastRun, openId } = await tx
    .selectFrom('claims')
    .select([
      sql<number>`coalesce(max(run), 0)`.as('lastRun'),
      sql<string | null>`max(workflow_id) filter (where closed_at is null)`.as('openId'),
    ])
    .where('project', '=', project)
    .where('issue', '=', String(issue))
    .executeTakeFirstOrThrow();
  if (openId !== null) return { claimed: false, workflowId: openId };
  const run = lastRun + 1;
  const head = cleanJson(request.head(run));
  const inserted = await tx
    .insertInto('claims')
    .values({
      workflow_id: head.workflowId,
      project,
      issue,
      run,
      score,
      fingerprint,
      head: JSON.stringify(head),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('workflow_id')
    .executeTakeFirst();
  return inserted === undefined ? null : { claimed: true, head };
}

function requireClaim(workflowId: string, updated: bigint): void {
  if (updated > 0n) return;
  throw new TammaError('CLAIM_UNKNOWN', `there is no claim of workflow ${workflowId}`, {
    class: 'validation',
  });
}

function claimOf(row: Selectable<ClaimsTable>): OpenClaim {
  return {
    workflowId: row.workflow_id,
    project: row.project,
    issue: Number(row.issue),
    head: row.head,
    claimedAt: row.claimed_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
  };
}

function isEnd(status: string | null): status is EarlierWorkflow['status'] {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
