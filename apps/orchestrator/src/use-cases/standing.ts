import type { FlagResult } from '@tamma/coordination';
import type { AnyEvent } from '@tamma/domain';
import type { ControlDeps, ControlRequest } from './control.ts';
import { orchestratorEvent } from './facts.ts';
import { findWorkflow } from './find-workflow.ts';

/** Times it is told anew when people say both at the same moment. */
const TELLS_MAX = 5;

/** The key tells one suspension of a workflow from its next. */
export function suspendedEvent(deps: ControlDeps, request: ControlRequest, key: string): AnyEvent {
  const { workflowId, reason, by } = request;
  const nowMs = deps.now();
  const until = new Date(nowMs + deps.suspendedDeadlineMs).toISOString();
  const fact = { type: 'WORKFLOW.SUSPENDED.SUCCESS', data: { why: reason, until } } as const;
  return orchestratorEvent(`${workflowId}.suspended.${key}`, fact, { workflowId, nowMs, person: by });
}

export function resumedEvent(deps: ControlDeps, request: ControlRequest, key: string): AnyEvent {
  const { workflowId, reason, by } = request;
  const fact = { type: 'WORKFLOW.RESUMED.SUCCESS', data: { why: reason } } as const;
  const about = { workflowId, nowMs: deps.now(), person: by };
  return orchestratorEvent(`${workflowId}.resumed.${key}`, fact, about);
}

/**
 * Tells whether a workflow stands still, where no script could tell it together with the change: it has not begun, or
 * two people said both at once. Told until what is told is what is so. True when this call told something.
 */
export async function tellStanding(
  deps: ControlDeps,
  request: ControlRequest,
  stored: Extract<FlagResult, 'missing' | 'unchanged'>,
): Promise<boolean> {
  let isNews = false;
  for (let tells = 0; tells < TELLS_MAX; tells += 1) {
    const isSuspended = await standsStill(deps, request.workflowId, stored);
    const state = await findWorkflow(deps, request.workflowId);
    if (state === null || (state.suspended !== null) === isSuspended) break;
    // The same moment for everybody who saw the same state: told once.
    const key = String(Date.parse(state.updatedAt));
    const event = (isSuspended ? suspendedEvent : resumedEvent)(deps, request, key);
    isNews = (await deps.eventLog.appendOnce(event)) || isNews;
  }
  return isNews;
}

async function standsStill(
  { hashes, claims }: ControlDeps,
  workflowId: string,
  stored: 'missing' | 'unchanged',
): Promise<boolean> {
  if (stored === 'unchanged') return hashes.isSuspended(workflowId);
  return (await claims.findOpen(workflowId))?.isSuspended ?? false;
}
