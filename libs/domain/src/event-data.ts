import type { TokenCounts } from './ai-price.ts';
import type { ApprovalKind } from './approval.ts';
import type { ArtifactReference } from './artifact.ts';
import type { BudgetLevel } from './budget.ts';
import type { ErrorReport } from './errors.ts';
import type { TammaEvent } from './event.ts';
import type { Gate } from './gate.ts';
import type { OrderKind } from './order.ts';
import type { RiskLevel } from './risk.ts';
import type { RoundKind } from './round.ts';
import type { Capability, Phase, WaitingReason } from './workflow.ts';

/** A step as the workflow announces it when it starts. */
export interface StepOutline {
  readonly id: string;
  readonly phase: Phase;
  readonly capability: Capability;
  /** What a person may order about it; absent: nothing. */
  readonly allow?: readonly OrderKind[] | undefined;
}

export interface CommitRecord {
  readonly hash: string;
  readonly message: string;
  readonly author: string;
}

/** Tokens and money of one model call. `costUsd` is 0 for canned answers. */
export interface AiUsage extends TokenCounts {
  readonly costUsd: number;
}

/** Kinds of limits that what a model asks for can break. */
export const REFUSAL_RULES = [
  'tool',
  'path',
  'command',
  'secret',
  'patch',
  'push',
  'question',
  'limit',
] as const;
export type RefusalRule = (typeof REFUSAL_RULES)[number];

/** How far a budget is spent, in US dollars, and how much of it calls under way hold. */
export interface BudgetSpent {
  readonly level: BudgetLevel;
  readonly id: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly reservedUsd: number;
}

/** What each type of event carries. The zod schemas in `libs/contracts` are checked against these. */
export interface EventDataByType {
  'ORCHESTRATOR.STARTED.SUCCESS': {
    host: string;
    port: number;
    /** ISO 8601: when the process began. */
    startTime: string;
    /** Settings by path, such as `workflow.maxConcurrent`, secrets masked. */
    config: Record<string, string>;
  };
  'ORCHESTRATOR.STARTED.FAILED': { error: ErrorReport; startTime: string };
  'ORCHESTRATOR.STARTUP.COMPLETE': { services: string[] };
  'ORCHESTRATOR.STARTUP.FAILED': { error: ErrorReport };
  'ORCHESTRATOR.STOPPED.SUCCESS': { uptimeMs: number };
  'ORCHESTRATOR.SHUTDOWN.COMPLETE': { uptimeMs: number };
  'WORKER.REGISTERED.SUCCESS': { workerId: string; capabilities: Capability[]; sandbox: string };
  'WORKER.UNREGISTERED.SUCCESS': { workerId: string };
  'ISSUE.JUDGED.ELIGIBLE': { project: string; issue: number; title: string; score: number };
  'ISSUE.JUDGED.INELIGIBLE': { project: string; issue: number; title: string; reasons: string[] };
  'ISSUE.READ.FAILED': { project: string; source: string; reason: string; remedy: string };
  'ISSUE.CLOSED.SUCCESS': { issue: number; mergeCommit: string };
  /** Somebody edited it while it was worked on: what was approved and checked for the old text is void. */
  'ISSUE.EDITED.SUCCESS': { issue: number; why: string };
  /** What was merged for it was taken back. */
  'ISSUE.REOPENED.SUCCESS': { issue: number; mergeCommit: string; revertCommit: string };
  /** A person said so in a comment on the platform. */
  'COMMAND.OBEYED.SUCCESS': {
    project: string;
    issue: number;
    comment: string;
    command: string;
    result: string;
  };
  'COMMAND.REFUSED.SUCCESS': {
    project: string;
    issue: number;
    comment: string;
    command: string;
    why: string;
  };
  'WORKFLOW.STATE.CREATED': {
    project: string;
    platform: string;
    repository: string;
    issue: number;
    title: string;
    template: string;
    templateHash: string;
    score: number;
    run: number;
    /** Absent without a milestone. */
    sprint?: string | undefined;
    /** Absent for an issue. The type of a task that was submitted on its own. */
    taskType?: string | undefined;
  };
  'WORKFLOW.STARTED.SUCCESS': { steps: StepOutline[] };
  /** `done` is how a task ends that was submitted on its own. */
  'WORKFLOW.COMPLETED.SUCCESS': {
    result: 'merged' | 'no-change' | 'done';
    /** Why no change was needed; absent for every other result. */
    why?: string | undefined;
  };
  'WORKFLOW.FAILED.PERMANENT': { error: ErrorReport };
  'WORKFLOW.CANCELLED.SUCCESS': { why: string };
  'WORKFLOW.SUSPENDED.SUCCESS': { why: string; until: string };
  'WORKFLOW.RESUMED.SUCCESS': { why: string };
  'WORKFLOW.PRIORITIZED.SUCCESS': { score: number; why: string };
  'SESSION.STARTED.SUCCESS': { sessionKey: string };
  'SESSION.ENDED.SUCCESS': { sessionKey: string };
  'PHASE.STARTED.SUCCESS': { phase: Phase };
  'PHASE.COMPLETED.SUCCESS': { phase: Phase; nextStep: string | null };
  'TASK.ENQUEUED.SUCCESS': { capability: Capability; priority: number };
  'TASK.DEQUEUED.SUCCESS': { capability: Capability; workerId: string };
  'TASK.PROGRESS.UPDATED': { percent: number; message: string };
  'TASK.COMPLETED.SUCCESS': { result: unknown; durationMs: number };
  'TASK.RETRY.SCHEDULED': { error: ErrorReport; retryCount: number; retryDelayMs: number };
  'TASK.PARKED.SUCCESS': { on: WaitingReason; until: string; why: string };
  'TASK.INTERRUPTED.SUCCESS': { why: string };
  'TASK.SKIP.ORDERED': { why: string };
  'TASK.OVERRIDE.ORDERED': { why: string };
  'TASK.FAILED.PERMANENT': { error: ErrorReport; retryCount: number };
  'ARTIFACT.WRITTEN.SUCCESS': ArtifactReference;
  'GATE.RAN.SUCCESS': { gate: Gate; commit: string; summary: string; durationMs: number };
  'GATE.RAN.FAILED': { gate: Gate; commit: string; summary: string; durationMs: number };
  /** Which of a project's agents does the step, and whom it goes to when that one fails. */
  'AI.AGENT.CHOSEN': {
    agent: string;
    provider: string;
    model: string;
    fallback: readonly string[];
    why: string;
  };
  /** `prompt` names the prompt's file, version and hash; `turn` counts from one. */
  'AI.RESPONSE.RECEIVED': {
    provider: string;
    model: string;
    usage: AiUsage;
    durationMs: number;
    agent?: string | undefined;
    prompt?: string | undefined;
    turn?: number | undefined;
  };
  /** What the model asked for, in one line, and whether it got it. */
  'AI.TOOL.CALLED': { tool: string; ok: boolean; summary: string };
  /** What ran because the model asked for it. */
  'AI.COMMAND.RAN': {
    command: string;
    exitCode: number | null;
    timedOut: boolean;
    durationMs: number;
    sandbox: string;
  };
  /** What the model tried and may not: `rule` is the kind of limit, `target` what it was aimed at. */
  'AI.ACTION.REFUSED': { action: string; target: string; rule: RefusalRule; why: string };
  /** Older parts of a long conversation were left out; lengths in characters. */
  'AI.CONVERSATION.COMPACTED': { turn: number; lengthBefore: number; lengthAfter: number };
  /** A conversation came to its end: what is measured of agents. */
  'AI.AGENT.ENDED': {
    agent: string;
    provider: string;
    model: string;
    step: string;
    result: 'done' | 'gave-up' | 'failed';
    turns: number;
    durationMs: number;
    costUsd: number;
    why: string;
  };
  'BUDGET.WARNED.SUCCESS': BudgetSpent;
  'BUDGET.EXHAUSTED.SUCCESS': BudgetSpent & { wantedUsd: number };
  /** A person raised it: by how much, to what. */
  'BUDGET.RAISED.SUCCESS': {
    level: BudgetLevel;
    id: string;
    byUsd: number;
    limitUsd: number | null;
    why: string;
  };
  'RISK.ASSESSED.SUCCESS': { risk: RiskLevel };
  'BRANCH.CREATED.SUCCESS': { branch: string; base: string; baseCommit: string };
  'BRANCH.REBASED.SUCCESS': { branch: string; base: string; baseCommit: string; commit: string };
  /** Somebody else's commits on a branch of ours. */
  'BRANCH.MOVED.SUCCESS': { branch: string; commit: string; why: string };
  'COMMIT.CREATED.SUCCESS': CommitRecord;
  'PR.OPENED.SUCCESS': { number: number; url: string; head: string; base: string; commit: string };
  'PR.READY.SUCCESS': { number: number; commit: string };
  'PR.CLOSED.SUCCESS': { number: number; why: string };
  'PR.MERGED.SUCCESS': { number: number; mergeCommit: string };
  /** The platform's own checks of a commit. */
  'CI.RAN.SUCCESS': { commit: string; summary: string };
  'CI.RAN.FAILED': { commit: string; summary: string };
  'REVIEW.ADDRESSED.SUCCESS': { number: number; remarks: number; commit: string };
  'ROUND.STARTED.SUCCESS': { round: number; kind: RoundKind; steps: string[]; why: string };
  'APPROVAL.REQUESTED.SUCCESS': {
    approvalId: string;
    kind: ApprovalKind;
    risk: RiskLevel;
    /** What is approved: a plan's hash or a commit. */
    subject: string;
    why: string;
    until: string;
  };
  'APPROVAL.PROVIDED.SUCCESS': {
    /** Null where policy decided and nobody was asked. */
    approvalId: string | null;
    kind: ApprovalKind;
    decision: 'approve' | 'reject' | 'edit';
    why: string;
    subject: string;
  };
  'QUESTION.ASKED.SUCCESS': { approvalId: string; question: string; until: string };
  'QUESTION.ANSWERED.SUCCESS': { approvalId: string; answer: string };
  'ESCALATION.TRIGGERED.SUCCESS': { level: number; error: ErrorReport; until: string };
  /** Nobody answered for a while, so that it concerns more people. */
  'ESCALATION.RAISED.SUCCESS': { level: number; why: string };
  'ESCALATION.RESOLVED.SUCCESS': { decision: 'retry' | 'override' | 'skip'; why: string };
  'CALL.RETRY.SCHEDULED': {
    service: string;
    operation: string;
    error: ErrorReport;
    retryCount: number;
    retryDelayMs: number;
  };
  'CIRCUIT.OPENED.SUCCESS': { service: string; operation: string; until: string; why: string };
  'CIRCUIT.CLOSED.SUCCESS': { service: string; operation: string };
  /** A service asked to be left alone: whatever needs it waits. */
  'SERVICE.HELD.SUCCESS': { service: string; until: string; why: string };
  'QUEUE.PAUSED.SUCCESS': { queue: Capability | 'all'; why: string };
  'QUEUE.RESUMED.SUCCESS': { queue: Capability | 'all'; why: string };
  'WORKER.LOST.SUCCESS': { workerId: string; seenAt: string; running: number };
  /** Two of our records disagreed, and which of them was mended how. */
  'RECONCILIATION.REPAIRED.SUCCESS': { difference: string; repair: string };
}

export type EventType = keyof EventDataByType;

/** Any event of the catalogue, told apart by `type`. */
export type AnyEvent = { [Type in EventType]: TammaEvent<Type, EventDataByType[Type]> }[EventType];

/** What a producer says; who, when and where are added by whoever appends it. */
export type Fact = { [Type in EventType]: { type: Type; data: EventDataByType[Type] } }[EventType];
