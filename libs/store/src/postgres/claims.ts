import { hasWorkflowEnded, TammaError, WORKFLOW_STATUSES } from '@tamma/domain';
import { type Kysely, sql } from 'kysely';
import type { Claims, StartedClaim } from '../store.ts';
import { claimOf } from './claim-row.ts';
import { cleanText } from './clean.ts';
import { countRestarts, findEarlier, findWorked } from './earlier-claims.ts';
import { openClaim, openTaskClaim } from './open-claim.ts';
import { pageSize } from './page-size.ts';
import type { Database } from './schema.ts';
import { countStartedQuery, nextWaiting, setScore, setSuspended } from './waiting-claims.ts';

const ENDED = WORKFLOW_STATUSES.filter(hasWorkflowEnded);

export function createClaims(db: Kysely<Database>): Claims {
  const open = () => db.selectFrom('claims').selectAll('claims').where('closed_at', 'is', null);
  return {
    open: (request) => openClaim(db, request),

    openTask: (request) => openTaskClaim(db, request),

    nextWaiting: (projects, passedOver) => nextWaiting(db, projects, passedOver),

    countStarted: async () => {
      const rows = await countStartedQuery(db).execute();
      return new Map(rows.map(({ project, count }) => [project, Number(count)]));
    },

    listStarted: async ({ after, limit }) => {
      const rows = await open()
        .where('started_at', 'is not', null)
        .where('workflow_id', '>', cleanText(after ?? ''))
        .orderBy('workflow_id')
        .limit(pageSize(limit))
        .execute();
      return rows.map(claimOf);
    },

    setSuspended: (workflowId, suspension) => setSuspended(db, workflowId, suspension),

    setScore: (workflowId, score) => setScore(db, workflowId, score),

    markStarted: (workflowId) => markStarted(db, workflowId),

    findIssues: async (project, issues) => {
      const rows = await db
        .selectFrom('claims')
        .select(['issue', 'workflow_id', 'score'])
        .where('closed_at', 'is', null)
        .where('project', '=', cleanText(project))
        .where('issue', '=', sql<string>`any(${issues}::bigint[])`)
        .execute();
      return rows.map((row) => ({ issue: Number(row.issue), workflowId: row.workflow_id, score: row.score }));
    },

    listOpen: async (project) => {
      const rows = await open()
        .where('project', '=', cleanText(project))
        .where('issue', 'is not', null)
        .orderBy('claimed_at')
        .execute();
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

    setFingerprint: async (workflowId, fingerprint) => {
      const { numUpdatedRows } = await db
        .updateTable('claims')
        .set({ fingerprint: cleanText(fingerprint) })
        .where('workflow_id', '=', cleanText(workflowId))
        .where('closed_at', 'is', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    close: async (workflowId) => {
      const result = await db
        .updateTable('claims')
        .set({ closed_at: sql<Date>`coalesce(closed_at, clock_timestamp())` })
        .where('workflow_id', '=', cleanText(workflowId))
        .executeTakeFirst();
      requireClaim(workflowId, result.numUpdatedRows);
    },

    findWorked: (project, issues) => findWorked(db, project, issues),

    findEarlier: (project, issue) => findEarlier(db, project, issue),

    countRestarts: (project, issue) => countRestarts(db, project, issue),
  };
}

/** In one statement: whoever suspends it afterwards finds it started, whoever did before is seen here. */
async function markStarted(db: Kysely<Database>, workflowId: string): Promise<StartedClaim | null> {
  const row = await db
    .updateTable('claims')
    .set({ started_at: sql<Date>`coalesce(started_at, clock_timestamp())` })
    .where('workflow_id', '=', cleanText(workflowId))
    .where('closed_at', 'is', null)
    .returning(['score', 'suspended_at'])
    .executeTakeFirst();
  return row === undefined ? null : { score: row.score, isSuspended: row.suspended_at !== null };
}

function requireClaim(workflowId: string, updated: bigint): void {
  if (updated > 0n) return;
  throw new TammaError('CLAIM_UNKNOWN', `there is no claim of workflow ${workflowId}`, {
    class: 'validation',
  });
}
