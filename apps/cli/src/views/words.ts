import type { ApprovalView } from '@tamma/contracts';
import {
  describeEnd,
  ORDER_KINDS,
  type OrderKind,
  type StepState,
  type TaskStatus,
  type UsageTotals,
  type WorkflowState,
  type WorkflowStatus,
} from '@tamma/domain';
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

/** `17 model calls, 9200 tokens (8000 read from a cache, 200 written to it), $0.12`. */
export function formatUsage({ calls, inputTokens, outputTokens, costUsd, ...cache }: UsageTotals): string {
  const { cacheReadTokens: read, cacheWriteTokens: written } = cache;
  const tokens = inputTokens + outputTokens + read + written;
  const cached = read + written === 0 ? '' : ` (${read} read from a cache, ${written} written to it)`;
  return `${plural(calls, 'model call')}, ${tokens} tokens${cached}, ${formatUsd(costUsd)}`;
}

/** To the cent; what is less than one, and not nothing, to the hundredth of one. */
export function formatUsd(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 0.01 ? 4 : 2)}`;
}

/** How long a step ran, or runs by now; nothing for one that does neither. */
export function tookOf(step: Pick<StepState, 'startedAt' | 'completedAt' | 'status'>, nowMs: number): string {
  const { startedAt, completedAt, status } = step;
  if (startedAt === null || (completedAt === null && status !== 'running')) return '';
  return formatDuration(msBetween(startedAt, completedAt ?? new Date(nowMs).toISOString()));
}

/** What became of a workflow that ended, in a few words; the status of one that goes on. */
export function outcomeOf(state: WorkflowState): string {
  return describeEnd(state) ?? state.status;
}

/** What can be typed about a workflow that waits for a person; empty for any other. */
export function commandsFor(state: WorkflowState): readonly string[] {
  const { id, approval, suspended, steps } = state;
  if (suspended !== null) return [`tamma resume ${id} --reason "…"`, `tamma cancel ${id} --reason "…"`];
  if (state.status !== 'paused') return [];
  if (approval !== null) return decisionCommands(approval.id, approval.kind);
  const failed = steps.find(({ status }) => status === 'failed');
  return escalationCommands({ workflowId: id, stepId: failed?.id ?? '', allowed: failed?.allow ?? [] });
}

interface EscalatedStep {
  readonly workflowId: string;
  readonly stepId: string;
  /** What may be ordered about the step. */
  readonly allowed: readonly OrderKind[];
}

function escalationCommands({ workflowId, stepId, allowed }: EscalatedStep): readonly string[] {
  return [
    `tamma retry ${workflowId} --reason "…"`,
    ...allowed.map((kind) => `tamma ${kind} ${workflowId} ${stepId} --reason "…"`),
    `tamma cancel ${workflowId} --reason "…"`,
  ];
}

/** What can be typed about something in the inbox. */
export function inboxCommands(item: ApprovalView): readonly string[] {
  const { kind, id, workflowId, stepId, decisions } = item;
  if (kind !== 'escalation') return decisionCommands(id, kind);
  return escalationCommands({
    workflowId,
    stepId,
    allowed: ORDER_KINDS.filter((one) => decisions.includes(one)),
  });
}

function decisionCommands(approvalId: string, kind: 'plan' | 'merge' | 'question'): readonly string[] {
  if (kind === 'question') return [`tamma answer ${approvalId} "…"`];
  return [
    `tamma approve ${approvalId}`,
    `tamma reject ${approvalId} --comment "…"`,
    `tamma edit ${approvalId} --comment "…"`,
  ];
}
