import { randomUUID } from 'node:crypto';
import { hasWorkflowEnded, queuePriority, type WorkflowState } from '@tamma/domain';
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
import { orchestratorEvent } from './facts.ts';
import { findWorkflow } from './find-workflow.ts';
import { openTasksOf } from './open-tasks.ts';

export interface PriorityRequest extends ControlRequest {
  /** 0 to 1000, higher goes first. */
  readonly score: number;
}

/** Times it is done anew when people say different scores at the same moment. */
const TRIES_MAX = 5;

/** A person has a workflow go before, or after, others: what waits for a slot, and every task that is still to run. */
export async function prioritizeByPerson(deps: ControlDeps, request: PriorityRequest): Promise<Controlled> {
  const { workflowId, score } = request;
  const state = await findWorkflow(deps, workflowId);
  if (state === null) return { kind: 'unknown' };
  if (hasWorkflowEnded(state.status)) return ended(state);
  // The claim first: whoever starts it at this very moment sees it there afterwards.
  await deps.claims.setScore(workflowId, score);
  const stored = await deps.hashes.prioritize(workflowId, score, [
    prioritizedEvent(deps, request, randomUUID()),
  ]);
  const news = changed(state, `its score is ${score}`);
  const old = same(state, `its score was ${score} already, or somebody set another at the same moment`);
  switch (stored) {
    case 'changed':
    case 'unchanged':
      await queueAnew(deps, workflowId);
      return stored === 'changed' ? news : old;
    case 'missing':
      if (state.startedAt !== null) return LOST;
      return (await tellScore(deps, request)) ? news : old;
    case 'cancelled':
      return ended({ status: 'cancelled' });
    case 'merging':
      return MERGING;
  }
}

/** Until the tasks are queued by the score that was told last. */
async function queueAnew(deps: ControlDeps, workflowId: string): Promise<void> {
  let queuedBy: number | null = null;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const state = await findWorkflow(deps, workflowId);
    if (state === null || state.score === queuedBy) return;
    await reprioritize(deps, state);
    queuedBy = state.score;
  }
}

async function reprioritize({ queue }: Pick<ControlDeps, 'queue'>, state: WorkflowState): Promise<void> {
  await Promise.all(
    openTasksOf(state).map(({ index, round, ...task }) =>
      queue.reprioritize(task, queuePriority(state.score, index, round)),
    ),
  );
}

/** It has not begun: the claim's score counts, and is told until what is told is what is so. */
async function tellScore(deps: ControlDeps, request: PriorityRequest): Promise<boolean> {
  let isNews = false;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const claim = await deps.claims.findOpen(request.workflowId);
    const state = await findWorkflow(deps, request.workflowId);
    if (claim === null || state === null || claim.head.score === state.score) break;
    const { score } = claim.head;
    const event = prioritizedEvent(deps, { ...request, score }, `${Date.parse(state.updatedAt)}.${score}`);
    isNews = (await deps.eventLog.appendOnce(event)) || isNews;
  }
  return isNews;
}

function prioritizedEvent(deps: ControlDeps, request: PriorityRequest, key: string) {
  const { workflowId, reason, by, score } = request;
  const fact = { type: 'WORKFLOW.PRIORITIZED.SUCCESS', data: { score, why: reason } } as const;
  const about = { workflowId, nowMs: deps.now(), person: by };
  return orchestratorEvent(`${workflowId}.prioritized.${key}`, fact, about);
}
