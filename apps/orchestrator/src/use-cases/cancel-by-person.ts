import { hasWorkflowEnded } from '@tamma/domain';
import { cancelWorkflow } from './cancel-workflow.ts';
import {
  type ControlDeps,
  type Controlled,
  type ControlRequest,
  changed,
  ended,
  impossible,
  isAboutToEnd,
  MERGING,
  same,
} from './control.ts';
import { findWorkflow } from './find-workflow.ts';

/** A person has enough of it. Whatever runs is told at once and stops; the issue is released. */
export async function cancelByPerson(deps: ControlDeps, request: ControlRequest): Promise<Controlled> {
  const { workflowId, reason, by } = request;
  const state = await findWorkflow(deps, workflowId);
  if (state === null) return { kind: 'unknown' };
  if (state.status === 'cancelled') return same(state, 'it was cancelled already');
  if (hasWorkflowEnded(state.status)) return ended(state);
  // Cancelled now, it would end as cancelled though it is merged, with its issue left open.
  if (isAboutToEnd(state)) return impossible('it is merged already, and about to end');
  const result = await cancelWorkflow(deps, { workflowId, why: reason, person: by });
  if (result === 'merging') return MERGING;
  // What has not begun has nothing in Redis that could be cancelled: its end is told all the same.
  if (result === 'unchanged' && state.status !== 'pending') return same(state, 'it was cancelled already');
  return changed(state, 'it is cancelled');
}
