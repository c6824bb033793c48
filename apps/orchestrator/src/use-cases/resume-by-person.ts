import { randomUUID } from 'node:crypto';
import { hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import {
  type ControlDeps,
  type Controlled,
  type ControlRequest,
  changed,
  ended,
  LOST,
  MERGING,
  same,
} from './control.ts';
import { findWorkflow } from './find-workflow.ts';
import { wakeParked } from './open-tasks.ts';
import { resumedEvent, tellStanding } from './standing.ts';

/** A person has a workflow go on that stands still. Saying it again also wakes what was left parked half-way. */
export async function resumeByPerson(deps: ControlDeps, request: ControlRequest): Promise<Controlled> {
  const { workflowId } = request;
  const state = await findWorkflow(deps, workflowId);
  if (state === null) return { kind: 'unknown' };
  if (hasWorkflowEnded(state.status)) return ended(state);
  await deps.claims.setSuspended(workflowId, 'resumed');
  const stored = await deps.hashes.resume(workflowId, [resumedEvent(deps, request, randomUUID())]);
  switch (stored) {
    case 'changed':
      await wakeParked(deps, state);
      return changed(state, 'it goes on');
    case 'merging':
      return MERGING;
    case 'cancelled':
      return ended({ status: 'cancelled' });
    case 'missing':
      if (state.startedAt !== null) return LOST;
      break;
    case 'unchanged':
      if (mayBeLeftParked(state)) await wakeParked(deps, state);
  }
  const isNews = await tellStanding(deps, request, stored);
  return isNews ? changed(state, 'it goes on') : same(state, 'it does not stand still');
}

/** What waits for a moment, such as a retry, keeps its time. */
function mayBeLeftParked({ waitingFor }: WorkflowState): boolean {
  return waitingFor?.reason === 'human' || (waitingFor?.reason === 'worker' && waitingFor.until === null);
}
