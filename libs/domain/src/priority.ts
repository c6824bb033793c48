import type { Issue } from './issue.ts';

export const SCORE_MAX = 1000;

/** Points a project gives for each of the four inputs; the sum is clamped to 0..1000. */
export interface PriorityRules {
  readonly base: number;
  /** Points by label. The highest one that is present counts as the impact. */
  readonly labels: Readonly<Record<string, number>>;
  /** Points for each day an issue has waited. */
  readonly perDay: number;
  /** The most that age can give. */
  readonly ageMax: number;
  /** Points when the issue is assigned to the engine already. */
  readonly assignedToSelf: number;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function scoreIssue(issue: Issue, rules: PriorityRules, self: string, nowMs: number): number {
  const age = Math.min(daysSince(issue.createdAt, nowMs) * rules.perDay, rules.ageMax);
  const points = Object.entries(rules.labels).filter(([label]) => issue.labels.includes(label));
  const impact = Math.max(0, ...points.map(([, value]) => value));
  const isOurs = issue.assignee?.toLowerCase() === self.toLowerCase();
  const assigned = isOurs ? rules.assignedToSelf : 0;
  return clampScore(rules.base + impact + age + assigned);
}

/** A moment that cannot be read, or lies ahead, gives no age. */
function daysSince(moment: string, nowMs: number): number {
  const thenMs = Date.parse(moment);
  return Number.isNaN(thenMs) ? 0 : Math.max(0, (nowMs - thenMs) / DAY_MS);
}

/** A waiting workflow gains one point an hour, so that nothing starves. */
export function agedScore(score: number, waitingMs: number): number {
  return clampScore(score + Math.floor(Math.max(0, waitingMs) / HOUR_MS));
}

/** The most steps and rounds the formula below has room for. */
export const STEP_INDEX_MAX = 90;
export const ROUND_MAX = 19;

/**
 * The queue's number for a task: lower runs first, within 1..2,097,151. A workflow that is further on goes
 * before one of the same score that has just begun: finish before you start.
 */
export function queuePriority(score: number, stepIndex: number, round: number): number {
  const step = Math.min(Math.max(0, Math.trunc(stepIndex)), STEP_INDEX_MAX);
  const lap = Math.min(Math.max(0, Math.trunc(round)), ROUND_MAX);
  return 1 + (SCORE_MAX - clampScore(score)) * 2000 + (1999 - 20 * step - lap);
}

function clampScore(score: number): number {
  return Math.min(SCORE_MAX, Math.max(0, Math.round(score)));
}
