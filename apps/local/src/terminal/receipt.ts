import { hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import { isEscalated, type Scene } from '../progress.ts';
import { printable } from './printable.ts';

export interface ReceiptRequest {
  readonly scene: Scene;
  /** When this run began; what ended before is not repeated. */
  readonly sinceMs: number;
  readonly sandboxes: readonly string[];
}

/** What happened, what it cost, and what waits for whom. */
export function renderReceipt({ scene, sinceMs, sandboxes }: ReceiptRequest): string {
  const shown = scene.workflows.filter((state) => isShown(state, sinceMs)).toReversed();
  const lines = [
    'Receipt',
    ...shown.flatMap(renderWorkflow),
    ...renderNotTaken(scene),
    ...renderTrouble(scene),
    ...(shown.length > 0 ? [renderSandbox(sandboxes)] : []),
    renderSummary(shown),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function isShown(state: WorkflowState, sinceMs: number): boolean {
  return !hasWorkflowEnded(state.status) || (state.endedAt !== null && Date.parse(state.endedAt) >= sinceMs);
}

function renderWorkflow(state: WorkflowState): string[] {
  const lines = [`  #${state.issue} ${state.title}`, `     ${describeOutcome(state)}`];
  const facts = [`workflow ${state.id}`];
  if (state.pullRequest !== null) facts.push(`pull request #${state.pullRequest.number}`);
  if (state.mergeCommit !== null) facts.push(`merge commit ${state.mergeCommit.slice(0, 10)}`);
  facts.push(plural(state.commits.length, 'commit'));
  lines.push(`     ${facts.join(' · ')}`);
  lines.push(`     ${describeCost(state)} · ${describeTimes(state)}`);
  return lines;
}

function describeOutcome(state: WorkflowState): string {
  switch (state.status) {
    case 'completed':
      return state.result === 'no-change' ? 'no change was needed' : 'merged';
    case 'cancelled':
      return `cancelled: ${state.cancelledBecause ?? 'no reason given'}`;
    case 'failed':
      return `failed: ${state.error?.message ?? 'no reason given'}`;
    case 'paused':
      return describePause(state);
    case 'pending':
    case 'running':
      return `${state.status}${state.waitingFor === null ? '' : `: ${state.waitingFor.why}`}`;
  }
}

function describePause(state: WorkflowState): string {
  const why = state.waitingFor?.why ?? 'a person is needed';
  if (!isEscalated(state)) return `waits for a person (${state.waitingFor?.reason ?? 'human'}): ${why}`;
  const remedy = state.error?.remedy === undefined ? '' : ` (${state.error.remedy})`;
  const step = state.steps.find((one) => one.status === 'failed');
  return `escalated at step ${step?.id ?? 'unknown'}: ${why}${remedy}`;
}

function describeCost({ usage }: WorkflowState): string {
  const tokens = usage.inputTokens + usage.outputTokens;
  const canned = usage.calls > 0 && tokens === 0 ? ' (canned answers)' : '';
  return `${plural(usage.calls, 'model call')}${canned}, ${tokens} tokens, $${usage.costUsd.toFixed(2)}`;
}

function describeTimes(state: WorkflowState): string {
  const end = state.endedAt ?? state.updatedAt;
  const total = Date.parse(end) - Date.parse(state.createdAt);
  const waits = Object.entries(state.waitedMs)
    .filter(([, ms]) => (ms ?? 0) >= 100)
    .map(([reason, ms]) => `${seconds(ms ?? 0)} for ${reason}`);
  return `${seconds(total)} in all, waited ${waits.length === 0 ? 'for nothing' : waits.join(', ')}`;
}

function renderNotTaken({ projects }: Scene): string[] {
  const refused = projects.flatMap((project) => project.intake.issues.filter((issue) => !issue.eligible));
  const unreadable = projects.flatMap((project) => project.intake.unreadable);
  if (refused.length + unreadable.length === 0) return [];
  return [
    'Not taken',
    ...refused.map((issue) => `  #${issue.number} ${issue.title}: ${issue.reasons.join('; ')}`),
    ...unreadable.map((one) => `  ${one.source}: ${one.reason} (${one.remedy})`),
  ];
}

function renderTrouble({ projects }: Scene): string[] {
  const blind = projects.filter((project) => project.intake.problem !== null);
  return blind.map((project) => `Project ${project.id} could not be looked at: ${project.intake.problem}`);
}

function renderSandbox(sandboxes: readonly string[]): string {
  const kinds = sandboxes.filter((kind) => kind !== 'none');
  if (kinds.length === sandboxes.length && kinds.length > 0)
    return `Commands ran in a sandbox: ${kinds.join(', ')}`;
  return 'Commands ran without a sandbox (install bubblewrap to have one)';
}

function renderSummary(shown: readonly WorkflowState[]): string {
  if (shown.length === 0) return 'Nothing to do';
  const count = (isCounted: (state: WorkflowState) => boolean) => shown.filter(isCounted).length;
  const parts = [
    [count((state) => state.status === 'completed'), 'merged'],
    [count((state) => state.status === 'cancelled'), 'cancelled'],
    [count((state) => state.status === 'failed'), 'failed'],
    [count(isEscalated), 'escalated'],
    [count((state) => !hasWorkflowEnded(state.status) && !isEscalated(state)), 'still open'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
