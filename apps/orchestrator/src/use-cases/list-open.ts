import { hasWorkflowEnded, type WorkflowState, type WorkflowStatus } from '@tamma/domain';
import { type FindDeps, findMoved } from './find-workflow.ts';
import { readAll } from './read-all.ts';

/** The workflows of a project that have begun and not ended: as they are on record, and as the log shows them beyond that. */
export async function listBegun(deps: FindDeps, project: string): Promise<readonly WorkflowState[]> {
  const moved = await findMoved(deps);
  const statuses: readonly WorkflowStatus[] = ['running', 'paused'];
  const recorded = await Promise.all(statuses.map((status) => readAll(deps.reader, { status, project })));
  const fresh = [...moved.values()].filter((state) => state !== null);
  return [...recorded.flat().filter(({ id }) => !moved.has(id)), ...fresh].filter(
    (state) => state.project === project && state.startedAt !== null && !hasWorkflowEnded(state.status),
  );
}
