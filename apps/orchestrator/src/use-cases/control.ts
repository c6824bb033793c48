import type { ControlResult } from '@tamma/contracts';
import type { WorkflowHashes } from '@tamma/coordination';
import type { WorkflowState } from '@tamma/domain';
import type { FlowQueue } from '@tamma/queue';
import type { Claims } from '@tamma/store';
import type { CancelDeps } from './cancel-workflow.ts';
import type { FindDeps } from './find-workflow.ts';

/** What a person's word about a workflow needs. */
export interface ControlDeps extends FindDeps, CancelDeps {
  readonly claims: Claims;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  /** How long a workflow may stand still, in milliseconds. */
  readonly suspendedDeadlineMs: number;
}

export interface ControlRequest {
  readonly workflowId: string;
  readonly reason: string;
  /** Name of the person. */
  readonly by: string;
}

/** What is said about one step. */
export interface StepRequest extends ControlRequest {
  readonly stepId: string;
  /** Set when it is said about the task of one round; refused when a later round works on the step. */
  readonly round?: number;
}

export type Controlled =
  | { readonly kind: 'done'; readonly result: ControlResult }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unknown-step' }
  /** Somebody else has to say it. */
  | { readonly kind: 'not-allowed'; readonly why: string }
  /** Nothing can be done about it now, or any more; says why. */
  | { readonly kind: 'impossible'; readonly why: string };

/** A workflow that has begun, and is not in Redis. */
export const LOST = impossible(
  'Redis has lost what its steps need; cancel it, and have the issue worked on anew',
);
export const MERGING = impossible('it is being merged at this moment');

export function impossible(why: string): Controlled {
  return { kind: 'impossible', why };
}

export function ended({ status }: Pick<WorkflowState, 'status'>): Controlled {
  return impossible(`it has ended already: it is ${status}`);
}

export function changed({ id: workflowId }: Pick<WorkflowState, 'id'>, message: string): Controlled {
  return { kind: 'done', result: { workflowId, changed: true, message } };
}

export function same({ id: workflowId }: Pick<WorkflowState, 'id'>, message: string): Controlled {
  return { kind: 'done', result: { workflowId, changed: false, message } };
}

/** Merged, with nothing left but to say so: its last step is about to end it. */
export function isAboutToEnd({
  status,
  mergeCommit,
  suspended,
  approval,
  escalation,
}: WorkflowState): boolean {
  if (mergeCommit === null) return false;
  const standsStillOnly = suspended !== null && approval === null && escalation === null;
  return status === 'running' || standsStillOnly;
}
