import type { StepState, TaskStatus, UsageTotals, WorkflowState, WorkflowStatus } from '@tamma/domain';
import { formatDuration, msBetween } from '../terminal/moment.ts';
import type { Color } from '../terminal/paint.ts';

const STATUS_COLORS: Readonly<Record<WorkflowStatus | TaskStatus, Color>> = {
  pending: 'dim',
  scheduled: 'yellow',
  running: 'cyan',
  paused: 'yellow',
  completed: 'green',
  failed: 'red',
  cancelled: 'red',
};

export function colorOf(status: WorkflowStatus | TaskStatus): Color {
  return STATUS_COLORS[status];
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** `17 model calls, 1200 tokens, $0.12`. */
export function formatUsage({ calls, inputTokens, outputTokens, costUsd }: UsageTotals): string {
  return `${plural(calls, 'model call')}, ${inputTokens + outputTokens} tokens, $${costUsd.toFixed(2)}`;
}

/** How long a step ran, or runs by now; nothing for one that does neither. */
export function tookOf(step: Pick<StepState, 'startedAt' | 'completedAt' | 'status'>, nowMs: number): string {
  const { startedAt, completedAt, status } = step;
  if (startedAt === null || (completedAt === null && status !== 'running')) return '';
  return formatDuration(msBetween(startedAt, completedAt ?? new Date(nowMs).toISOString()));
}

/** What became of a workflow that ended, in a few words. */
export function outcomeOf(state: WorkflowState): string {
  switch (state.status) {
    case 'completed':
      return state.result === 'no-change' ? 'no change was needed' : 'merged';
    case 'failed':
      return `failed: ${state.error?.message ?? 'no reason given'}`;
    case 'cancelled':
      return `cancelled: ${state.cancelledBecause ?? 'no reason given'}`;
    default:
      return state.status;
  }
}

/** What can be typed about a workflow that waits for a person; empty for any other. */
export function commandsFor(state: Pick<WorkflowState, 'id' | 'status' | 'approval'>): readonly string[] {
  if (state.status !== 'paused') return [];
  if (state.approval === null) return escalationCommands(state.id);
  return decisionCommands(state.approval.id, state.approval.kind);
}

export function escalationCommands(workflowId: string): readonly string[] {
  return [`tamma retry ${workflowId} --reason "…"`, `tamma cancel ${workflowId} --reason "…"`];
}

export function decisionCommands(approvalId: string, kind: 'plan' | 'merge' | 'question'): readonly string[] {
  if (kind === 'question') return [`tamma answer ${approvalId} "…"`];
  const both = [`tamma approve ${approvalId}`, `tamma reject ${approvalId} --comment "…"`];
  return kind === 'plan' ? [...both, `tamma edit ${approvalId} --comment "…"`] : both;
}
