import type { WorkflowHead } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import { type Kysely, sql } from 'kysely';
import type { ClaimRequest, ClaimResult, TaskClaimRequest } from '../store.ts';
import { cleanJson, cleanText } from './clean.ts';
import type { Database } from './schema.ts';

/** Another process may close or open a claim between two of our statements; more often than this is a bug. */
const OPEN_ATTEMPTS_MAX = 5;

export async function openClaim(db: Kysely<Database>, request: ClaimRequest): Promise<ClaimResult> {
  // Nearly every issue is claimed for the first time, and a claim once made stays: then there is nothing to look for.
  const first = await insertClaim(db, request, 1);
  if (first !== null) return { claimed: true, head: first };
  for (let attempt = 0; attempt < OPEN_ATTEMPTS_MAX; attempt += 1) {
    const result = await lookAndInsert(db, request);
    if (result !== null) return result;
  }
  throw new TammaError(
    'CLAIM_CONTESTED',
    `issue ${request.issue} of ${request.project} cannot be claimed: its claims change under our hands`,
    { class: 'conflict', remedy: 'Look for a second workflow with the same id in the table claims.' },
  );
}

/** Null when somebody else's claim got in the way and is not open any more. */
async function lookAndInsert(db: Kysely<Database>, request: ClaimRequest): Promise<ClaimResult | null> {
  const { lastRun, openId } = await db
    .selectFrom('claims')
    .select([
      sql<number>`coalesce(max(run), 0)`.as('lastRun'),
      sql<string | null>`max(workflow_id) filter (where closed_at is null)`.as('openId'),
    ])
    .where('project', '=', cleanText(request.project))
    .where('issue', '=', String(request.issue))
    .executeTakeFirstOrThrow();
  if (openId !== null) return { claimed: false, workflowId: openId };
  const head = await insertClaim(db, request, lastRun + 1);
  return head === null ? null : { claimed: true, head };
}

/** Null when there is an open claim of the issue, or a claim of that run or of that workflow. */
async function insertClaim(
  db: Kysely<Database>,
  request: ClaimRequest,
  run: number,
): Promise<WorkflowHead | null> {
  const { project, issue, score, fingerprint } = cleanJson({ ...request, head: null });
  const head = cleanJson(request.head(run));
  const inserted = await db
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
  return inserted === undefined ? null : head;
}

/** A task has no text that could change, and nothing that could be claimed twice but its own id. */
const NO_FINGERPRINT = '';

export async function openTaskClaim(db: Kysely<Database>, request: TaskClaimRequest): Promise<boolean> {
  const { project, score, head } = cleanJson(request);
  const inserted = await db
    .insertInto('claims')
    .values({
      workflow_id: head.workflowId,
      project,
      issue: null,
      run: head.run,
      score,
      fingerprint: NO_FINGERPRINT,
      head: JSON.stringify(head),
    })
    .onConflict((conflict) => conflict.column('workflow_id').doNothing())
    .returning('workflow_id')
    .executeTakeFirst();
  return inserted !== undefined;
}
