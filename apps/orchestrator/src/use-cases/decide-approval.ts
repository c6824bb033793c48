import type { WorkflowHashes } from '@tamma/coordination';
import {
  type Decision,
  decisionsFor,
  explainWorkflow,
  type PendingApproval,
  refuseDecider,
  type StoredDecision,
  type WorkflowState,
  workflowIdOfTask,
} from '@tamma/domain';
import type { FlowQueue } from '@tamma/queue';
import type { Claims } from '@tamma/store';
import { type FindDeps, findWorkflow } from './find-workflow.ts';
import { askerIn, decidedEvent, decisionIn, readPeopleEvents } from './people-events.ts';

export interface DecideDeps extends FindDeps {
  readonly claims: Claims;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  readonly now: () => number;
}

export interface DecideRequest {
  readonly approvalId: string;
  readonly decision: Decision;
  /** The answer, what to change, or why; may be empty for an approval. */
  readonly comment: string;
  /** Name of the person. */
  readonly by: string;
}

export type Decided =
  | { readonly kind: 'decided'; readonly workflowId: string; readonly decision: StoredDecision }
  /** Somebody, perhaps the same person, decided before: that one stands. */
  | { readonly kind: 'already'; readonly decision: StoredDecision }
  | { readonly kind: 'late'; readonly why: string }
  | { readonly kind: 'not-allowed'; readonly why: string }
  | { readonly kind: 'wrong-decision'; readonly possible: readonly Decision[] }
  | { readonly kind: 'unknown' };

/**
 * A person decides. Stored and told in one step, the first one stands; then the task is woken. If that is cut off,
 * deciding again wakes it, and so does the leader.
 */
export async function decideApproval(deps: DecideDeps, request: DecideRequest): Promise<Decided> {
  const workflowId = workflowIdOfTask(request.approvalId);
  const state = workflowId === null ? null : await findWorkflow(deps, workflowId);
  if (state === null) return { kind: 'unknown' };
  const { approval } = state;
  if (approval?.id !== request.approvalId) return lookBack(deps, state, request.approvalId);
  const claim = await deps.claims.findOpen(state.id);
  const about = { kind: approval.kind, startedBy: claim?.head.startedBy ?? null };
  const refusal = refuseDecider({ kind: 'human', id: request.by }, about);
  if (refusal !== null) return { kind: 'not-allowed', why: refusal };
  const possible = decisionsFor(approval.kind);
  if (!possible.includes(request.decision)) return { kind: 'wrong-decision', possible };
  return store(deps, state, { approval, request });
}

interface Asked {
  readonly approval: PendingApproval;
  readonly request: DecideRequest;
}

async function store(deps: DecideDeps, state: WorkflowState, { approval, request }: Asked): Promise<Decided> {
  const { id: workflowId } = state;
  const decision = decisionOf(approval, request, deps.now());
  const events = [decidedEvent(workflowId, approval, decision)];
  const stored = await deps.hashes.decide({ workflowId, taskId: approval.taskId, decision, events });
  if (stored.kind === 'decided' || stored.kind === 'already') await wake(deps, state, approval);
  switch (stored.kind) {
    case 'decided':
      return { kind: 'decided', workflowId, decision };
    case 'already':
      return stored;
    case 'missing':
      return { kind: 'late', why: 'Redis has lost what its steps need' };
    case 'cancelled':
    case 'late':
    case 'unknown':
      return { kind: 'late', why: 'the workflow went on without a decision' };
  }
}

async function wake(
  deps: DecideDeps,
  { steps }: WorkflowState,
  { taskId, stepId }: Pick<PendingApproval, 'taskId' | 'stepId'>,
): Promise<void> {
  const step = steps.find(({ id }) => id === stepId);
  if (step !== undefined) await deps.queue.promote({ taskId, capability: step.capability });
}

/** It is not what is asked now: decided before, asked too long ago, or never asked. */
async function lookBack(deps: DecideDeps, state: WorkflowState, approvalId: string): Promise<Decided> {
  const events = await readPeopleEvents(deps, state.id);
  const asker = events.map((event) => askerIn(event, approvalId)).find((one) => one !== null);
  const decision = events.map(decisionIn).find((one) => one?.approvalId === approvalId);
  if (asker === undefined || asker === null) return { kind: 'unknown' };
  if (decision === undefined || decision === null) {
    return { kind: 'late', why: explainWorkflow(state).summary };
  }
  if (state.approval === null) await wake(deps, state, asker);
  return { kind: 'already', decision };
}

function decisionOf(approval: PendingApproval, request: DecideRequest, nowMs: number): StoredDecision {
  const { id: approvalId, kind, subject } = approval;
  const { decision, comment, by } = request;
  return { approvalId, kind, decision, comment, subject, by, at: new Date(nowMs).toISOString() };
}
