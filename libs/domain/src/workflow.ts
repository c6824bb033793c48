export const WORKFLOW_STATUSES = [
  'pending',
  'running',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const;
export type WorkflowStatus = (typeof WORKFLOW_STATUSES)[number];

export const WAITING_REASONS = [
  'worker',
  'approval',
  'human',
  'ci',
  'review',
  'rate-limit',
  'budget',
  'circuit',
  'dependency',
  'slot',
] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

export const PHASES = ['INTAKE', 'RESEARCH', 'PLAN', 'EXECUTE', 'REVIEW', 'CLOSE'] as const;
export type Phase = (typeof PHASES)[number];

export const CAPABILITIES = ['git', 'ai', 'code', 'build', 'test', 'security', 'approval'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** The table of docs/states.md; what is not listed is refused. */
const NEXT: Readonly<Record<WorkflowStatus, readonly WorkflowStatus[]>> = {
  pending: ['running', 'cancelled'],
  running: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['running', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

export function canMoveWorkflow(from: WorkflowStatus, to: WorkflowStatus): boolean {
  return NEXT[from].includes(to);
}

export function hasWorkflowEnded(status: WorkflowStatus): boolean {
  return NEXT[status].length === 0;
}
