import type { TokenCounts } from './ai-price.ts';
import type { ApprovalKind } from './approval.ts';
import type { ArtifactReference } from './artifact.ts';
import type { ErrorReport } from './errors.ts';
import type { CommitRecord, StepOutline } from './event-data.ts';
import type { OrderKind } from './order.ts';
import type { RiskLevel } from './risk.ts';
import type { RoundKind } from './round.ts';
import type { TaskStatus } from './task.ts';
import type { Phase, WaitingReason, WorkflowStatus } from './workflow.ts';

export interface Waiting {
  readonly reason: WaitingReason;
  /** ISO 8601. */
  readonly since: string;
  /** When the wait ends by itself; null where only something else can end it. */
  readonly until: string | null;
  readonly why: string;
}

export interface StepState extends StepOutline {
  /** What a person may order about it. */
  readonly allow: readonly OrderKind[];
  readonly status: TaskStatus;
  /** 0 on the way there; the number of the round that works on it again. */
  readonly round: number;
  readonly attempts: number;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly error: ErrorReport | null;
  /** What a person ordered about it, null when nobody did. */
  readonly order: { readonly kind: OrderKind; readonly by: string; readonly why: string } | null;
}

/** A decision that only a person can make, and that nobody made yet. */
export interface PendingApproval {
  /** One per time it was asked, so that a late answer never counts for a newer question. */
  readonly id: string;
  readonly kind: ApprovalKind | 'question';
  readonly taskId: string;
  readonly stepId: string;
  readonly risk: RiskLevel | null;
  /** What is approved: a plan's hash or a commit. Null for a question. */
  readonly subject: string | null;
  /** Why a person is asked; the question itself for a question. */
  readonly why: string;
  readonly since: string;
  readonly until: string;
}

/** Work that was sent back: which step asked for it, and why. */
export interface RoundRecord {
  readonly round: number;
  readonly kind: RoundKind;
  readonly askedBy: string;
  readonly why: string;
  readonly at: string;
}

/** A person has it stand still. */
export interface Suspension {
  readonly by: string;
  readonly why: string;
  readonly since: string;
  readonly until: string;
}

/** A step stopped for good, and nobody decided yet what becomes of it. */
export interface Escalation {
  readonly taskId: string;
  readonly stepId: string;
  /** 2 to 4; the first level never pauses a workflow. */
  readonly level: number;
  readonly since: string;
  readonly until: string;
}

export interface UsageTotals extends TokenCounts {
  readonly calls: number;
  readonly costUsd: number;
}

/** What is known of a workflow: the fold of its events, for the API, the receipt and the reconciler alike. */
export interface WorkflowState {
  readonly id: string;
  readonly project: string;
  readonly platform: string;
  readonly repository: string;
  /** 0 for a task that was submitted on its own. */
  readonly issue: number;
  /** The type of a task that was submitted on its own; null for an issue. */
  readonly taskType: string | null;
  readonly title: string;
  /** The named group of workflows it belongs to: its issue's milestone. */
  readonly sprint: string | null;
  /** Whether it ended because somebody edited its issue. */
  readonly wasEdited: boolean;
  readonly template: string;
  readonly run: number;
  readonly score: number;
  readonly status: WorkflowStatus;
  readonly waitingFor: Waiting | null;
  readonly approval: PendingApproval | null;
  readonly suspended: Suspension | null;
  readonly escalation: Escalation | null;
  readonly rounds: readonly RoundRecord[];
  readonly phase: Phase | null;
  readonly currentStep: string | null;
  readonly steps: readonly StepState[];
  readonly risk: RiskLevel | null;
  readonly branch: string | null;
  readonly pullRequest: { readonly number: number; readonly url: string } | null;
  readonly mergeCommit: string | null;
  readonly result: 'merged' | 'no-change' | 'done' | null;
  readonly commits: readonly CommitRecord[];
  readonly artifacts: readonly ArtifactReference[];
  readonly usage: UsageTotals;
  /** Milliseconds spent waiting so far, by reason; the wait that is on now is not in it. */
  readonly waitedMs: { readonly [Reason in WaitingReason]?: number | undefined };
  readonly error: ErrorReport | null;
  readonly cancelledBecause: string | null;
  /** Why no change was needed; null for every other end. */
  readonly completedBecause: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly updatedAt: string;
}
