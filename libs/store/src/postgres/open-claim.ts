import { TammaError } from '@tamma/domain';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { ClaimRequest, ClaimResult, TaskClaimRequest } from '../store.ts';
import { cleanJson } from './clean.ts';
import type { Database } from './schema.ts';

/** Another process may close or open a claim between two of our statements; more often than this is a bug. */
const OPEN_ATTEMPTS_MAX = 5;

export async function openClaim(db: Kysely<Database>, request: ClaimRequest): Promise<ClaimResult> {
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
