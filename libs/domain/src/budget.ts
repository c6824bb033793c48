/** Where money is limited: one task, one workflow, a project's day, everybody's day. Days are those of UTC. */
export const BUDGET_LEVELS = ['step', 'workflow', 'project', 'all'] as const;
export type BudgetLevel = (typeof BUDGET_LEVELS)[number];

/** Share of a budget from which people are warned. */
export const BUDGET_WARN_SHARE = 0.8;

/** Limits in US dollars; null: none. */
export interface BudgetLimits {
  readonly step: number | null;
  readonly workflow: number | null;
  readonly day: number | null;
}

export interface BudgetScope {
  readonly level: BudgetLevel;
  readonly id: string;
  /** In millionths of a US dollar, before anything a person raised it by; null: none. */
  readonly limitMicroUsd: number | null;
}

export interface BudgetQuestion {
  readonly workflowId: string;
  readonly taskId: string;
  readonly project: string;
  readonly nowMs: number;
  readonly limits: BudgetLimits;
  /** Of all projects together, in US dollars a day. */
  readonly dayLimit: number | null;
}

/** Every budget a call counts in, the narrowest first. */
export function budgetScopesOf(question: BudgetQuestion): readonly BudgetScope[] {
  const { workflowId, taskId, project, nowMs, limits, dayLimit } = question;
  const day = dayOf(nowMs);
  return [
    { level: 'step', id: taskId, limitMicroUsd: microOf(limits.step) },
    { level: 'workflow', id: workflowId, limitMicroUsd: microOf(limits.workflow) },
    { level: 'project', id: `${project}@${day}`, limitMicroUsd: microOf(limits.day) },
    { level: 'all', id: day, limitMicroUsd: microOf(dayLimit) },
  ];
}

/** A day of UTC, such as `2026-06-01`. */
export function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;

/** When a day's budget begins anew by itself; null for those that only a person raises. */
export function budgetRenewsAtMs(level: BudgetLevel, nowMs: number): number | null {
  return level === 'project' || level === 'all' ? (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS : null;
}

function microOf(usd: number | null): number | null {
  return usd === null ? null : Math.round(usd * 1_000_000);
}
