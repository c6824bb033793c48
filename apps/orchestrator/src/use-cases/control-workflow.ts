import type { ControlResult } from '@tamma/contracts';
import type { WorkflowHashes } from '@tamma/coordination';
import {
  failedStepOf,
  hasWorkflowEnded,
  openStepOf,
  type StepState,
  taskIdOf,
  type WorkflowState,
} from '@tamma/domain';
import type { FlowQueue } from '@tamma/queue';
import { type CancelDeps, cancelWorkflow } from './cancel-workflow.ts';
import { orchestratorEvent } from './facts.ts';
import { type FindDeps, findWorkflow } from './find-workflow.ts';

export interface ControlDeps extends FindDeps, CancelDeps {
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
}

export interface ControlRequest {
  readonly workflowId: string;
  readonly reason: string;
  /** Name of the person. */
  readonly by: string;
}

export type Controlled =
  | { readonly kind: 'done'; readonly result: ControlResult }
  | { readonly kind: 'unknown' }
  /** Nothing can be done about it any more; says why. */
  | { readonly kind: 'impossible'; readonly why: string };

/** A person has enough of it. Whatever runs stops within seconds; the issue is released. */
export async function cancelByPerson(deps: ControlDeps, request: ControlRequest): Promise<Controlled> {
  const { workflowId, reason, by } = request;
  const state = await findWorkflow(deps, workflowId);
  if (state === null) return { kind: 'unknown' };
  if (state.status === 'cancelled') return same(state, 'it was cancelled already');
  if (hasWorkflowEnded(state.status)) return ended(state);
  if (isAboutToEnd(state)) return { kind: 'impossible', why: 'it is merged already, and about to end' };
  const result = await cancelWorkflow(deps, { workflowId, why: reason, person: by });
  if (result === 'merging') return { kind: 'impossible', why: 'it is being merged at this moment' };
  // What has not begun has nothing in Redis that could be cancelled: its end is told all the same.
  if (result === 'unchanged' && state.status !== 'pending') return same(state, 'it was cancelled already');
  return changed(state, 'it is cancelled');
}

/** Cancelled now, it would end as cancelled though it is merged, with its issue left open. */
function isAboutToEnd({ status, mergeCommit }: WorkflowState): boolean {
  return status === 'running' && mergeCommit !== null;
}

/** A person has the step that stopped for good tried again. Saying it again also finishes what was cut off half-way. */
export async function retryByPerson(deps: ControlDeps, request: ControlRequest): Promise<Controlled> {
  const state = await findWorkflow(deps, request.workflowId);
  if (state === null) return { kind: 'unknown' };
  if (hasWorkflowEnded(state.status)) return ended(state);
  const step = failedStepOf(state) ?? openStepOf(state);
  const nothing = 'no step of it has stopped for good, so there is nothing to try again';
  if (step === null) return same(state, nothing);
  const taskId = taskIdOf(state.id, step.id, step.round);
  const events =
    step.status === 'failed' ? [resolvedEvent(state, step, { ...request, nowMs: deps.now() })] : [];
  const stored =
    events.length === 0 ? 'not-stopped' : await deps.hashes.retry({ ...request, taskId, events });
  if (stored === 'cancelled') return ended({ ...state, status: 'cancelled' });
  if (stored === 'missing') return { kind: 'impossible', why: GONE };
  const queued = await deps.queue.retry({ taskId, capability: step.capability });
  if (stored === 'not-stopped' && !queued) return same(state, nothing);
  return changed(state, `step ${step.id} is tried again`);
}

/** The moment of the escalation is in the id: the same answer twice is one fact, one to the next escalation is another. */
function resolvedEvent(
  { id: workflowId, waitingFor }: WorkflowState,
  step: StepState,
  { reason, by, nowMs }: ControlRequest & { readonly nowMs: number },
) {
  const taskId = taskIdOf(workflowId, step.id, step.round);
  const escalatedMs = Date.parse(waitingFor?.since ?? '') || step.attempts;
  const fact = { type: 'ESCALATION.RESOLVED.SUCCESS', data: { decision: 'retry', why: reason } } as const;
  return orchestratorEvent(`${taskId}.resolved.${escalatedMs}`, fact, {
    workflowId,
    task: { taskId, stepId: step.id },
    nowMs,
    person: by,
  });
}

const GONE = 'Redis has lost what its steps need; cancel it, and have the issue worked on anew';

function ended({ status }: Pick<WorkflowState, 'status'>): Controlled {
  return { kind: 'impossible', why: `it has ended already: it is ${status}` };
}

function changed({ id: workflowId }: WorkflowState, message: string): Controlled {
  return { kind: 'done', result: { workflowId, changed: true, message } };
}

function same({ id: workflowId }: WorkflowState, message: string): Controlled {
  return { kind: 'done', result: { workflowId, changed: false, message } };
}
