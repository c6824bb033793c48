import type { WorkflowState } from '@tamma/domain';
import type { Claims } from '@tamma/store';
import { type FindDeps, findWorkflow } from './find-workflow.ts';
import { listBegun } from './list-open.ts';

export interface FindByNumberDeps extends FindDeps {
  readonly claims: Pick<Claims, 'findIssues'>;
}

/** The open workflow that works on this issue, or whose pull request has this number; null when there is none. */
export async function findByNumber(
  deps: FindByNumberDeps,
  project: string,
  number: number,
): Promise<WorkflowState | null> {
  const [claim] = await deps.claims.findIssues(project, [number]);
  if (claim !== undefined) return findWorkflow(deps, claim.workflowId);
  const begun = await listBegun(deps, project);
  return begun.find(({ pullRequest }) => pullRequest?.number === number) ?? null;
}
