import { randomUUID } from 'node:crypto';
import { hasWorkflowEnded } from '@tamma/domain';
import {
  type ControlDeps,
  type Controlled,
  type ControlRequest,
  changed,
  ended,
  isAboutToEnd,
  LOST,
  MERGING,
  same,
} from './control.ts';
import { findWorkflow } from './find-workflow.ts';
import { suspendedEvent, tellStanding } from './standing.ts';

/**
 * A person has a workflow stand still: what runs comes to its next safe point, nothing else begins. The claim is told
 * first, so that whoever starts it at this very moment sees it there afterwards.
 */
export async function suspendByPerson(deps: ControlDeps, request: ControlRequest): Promise<Controlled> {
  const { workflowId } = request;
  const state = await findWorkflow(deps, workflowId);
  if (state === null) return { kind: 'unknown' };
  if (hasWorkflowEnded(state.status)) return ended(state);
  if (isAboutToEnd(state)) return MERGING;
  await deps.claims.setSuspended(workflowId, 'suspended');
  const untilMs = deps.now() + deps.suspendedDeadlineMs;
  const event = suspendedEvent(deps, request, randomUUID());
  const stored = await deps.hashes.suspend({ workflowId, untilMs, events: [event] });
  switch (stored) {
    case 'changed':
      return changed(state, 'it stands still until somebody resumes it');
    case 'merging':
      await deps.claims.setSuspended(workflowId, 'resumed');
      return MERGING;
    case 'cancelled':
      return ended({ status: 'cancelled' });
    case 'missing':
      if (state.startedAt !== null) return LOST;
  }
  const isNews = await tellStanding(deps, request, stored);
  return isNews ? changed(state, 'it is not started until somebody resumes it') : same(state, ALREADY);
}

const ALREADY = 'it stood still already, or somebody resumed it at the same moment';
