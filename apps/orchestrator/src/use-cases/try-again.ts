import type { RetryResult } from '@tamma/coordination';
import { type AnyEvent, type Order, type StepState, taskIdOf, type WorkflowState } from '@tamma/domain';
import type { ControlDeps, ControlRequest } from './control.ts';
import { orchestratorEvent } from './facts.ts';

export interface TryAgain {
  readonly state: WorkflowState;
  /** One that stopped for good. */
  readonly step: StepState;
  readonly request: ControlRequest;
  /** What it is to do instead of running as before. */
  readonly order: Order | null;
}

/**
 * Takes away that a step stopped for good, tells whose word it was, and queues its task. Queued also when somebody
 * else's word came first: that one may have been cut off half-way.
 */
export async function tryAgain(deps: ControlDeps, again: TryAgain): Promise<RetryResult> {
  const { state, step, order } = again;
  const taskId = taskIdOf(state.id, step.id, step.round);
  const events = eventsOf(again, deps.now());
  const stored = await deps.hashes.retry({ workflowId: state.id, taskId, order, events });
  if (stored === 'retried' || stored === 'not-stopped') {
    await deps.queue.retry({ taskId, capability: step.capability });
  }
  return stored;
}

/** The moment of the escalation is in the ids: the same word twice is one fact, one about the next escalation another. */
function eventsOf({ state, step, request, order }: TryAgain, nowMs: number): AnyEvent[] {
  const taskId = taskIdOf(state.id, step.id, step.round);
  const escalatedMs = Date.parse(state.escalation?.since ?? '') || step.attempts;
  const task = { taskId, stepId: step.id };
  const about = { workflowId: state.id, task, nowMs, person: request.by };
  const data = { decision: order?.kind ?? 'retry', why: request.reason } as const;
  const resolved = orchestratorEvent(
    `${taskId}.resolved.${escalatedMs}`,
    { type: 'ESCALATION.RESOLVED.SUCCESS', data },
    about,
  );
  if (order === null) return [resolved];
  const ordered = orchestratorEvent(`${taskId}.ordered.${escalatedMs}`, factOf(order), about);
  return [resolved, ordered];
}

/** An order as the fact that it was given. */
export function factOf({ kind, why }: Order) {
  return kind === 'skip'
    ? ({ type: 'TASK.SKIP.ORDERED', data: { why } } as const)
    : ({ type: 'TASK.OVERRIDE.ORDERED', data: { why } } as const);
}
