import type { Selectable } from 'kysely';
import type { OpenClaim } from '../store.ts';
import type { ClaimsTable } from './schema.ts';

export function claimOf(row: Selectable<ClaimsTable>): OpenClaim {
  return {
    workflowId: row.workflow_id,
    project: row.project,
    issue: row.issue === null ? null : Number(row.issue),
    head: row.head,
    claimedAt: row.claimed_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    isSuspended: row.suspended_at !== null,
  };
}
