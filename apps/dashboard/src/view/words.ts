import type { RiskLevel, TaskStatus, WorkflowState, WorkflowStatus } from '@tamma/domain';

/** How good or bad something is; colors follow from it, never the other way around. */
export type Tone = 'quiet' | 'busy' | 'asks' | 'good' | 'bad';

export type IconName =
  | 'clock'
  | 'spinner'
  | 'pause'
  | 'check'
  | 'cross'
  | 'slash'
  | 'dot'
  | 'person'
  | 'question'
  | 'alert';

/** A word with its sign, so that color alone never carries it. */
export interface Badge {
  readonly word: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

const WORKFLOW_BADGES: Readonly<Record<WorkflowStatus, Badge>> = {
  pending: { word: 'pending', icon: 'clock', tone: 'quiet' },
  running: { word: 'running', icon: 'spinner', tone: 'busy' },
  paused: { word: 'paused', icon: 'pause', tone: 'asks' },
  completed: { word: 'completed', icon: 'check', tone: 'good' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  cancelled: { word: 'cancelled', icon: 'slash', tone: 'quiet' },
};

const SUSPENDED: Badge = { word: 'suspended', icon: 'pause', tone: 'asks' };

export function badgeOfWorkflow({ status, suspended }: Pick<WorkflowState, 'status' | 'suspended'>): Badge {
  return suspended === null ? WORKFLOW_BADGES[status] : SUSPENDED;
}

export const TASK_BADGES: Readonly<Record<TaskStatus, Badge>> = {
  pending: { word: 'pending', icon: 'dot', tone: 'quiet' },
  scheduled: { word: 'waits', icon: 'pause', tone: 'asks' },
  running: { word: 'running', icon: 'spinner', tone: 'busy' },
  completed: { word: 'completed', icon: 'check', tone: 'good' },
  failed: { word: 'failed', icon: 'cross', tone: 'bad' },
  cancelled: { word: 'cancelled', icon: 'slash', tone: 'quiet' },
};

export const RISK_TONES: Readonly<Record<RiskLevel, Tone>> = { low: 'good', medium: 'asks', high: 'bad' };

/** `#4`; a task on its own has no issue. */
export function nameOfIssue({ issue }: { readonly issue: number }): string {
  return issue === 0 ? 'task' : `#${issue}`;
}

/** `code-generation` as people say it. */
export function nameOfStep(stepId: string): string {
  return stepId.replaceAll('-', ' ');
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
