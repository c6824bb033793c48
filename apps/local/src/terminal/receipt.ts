import type { BudgetView } from '@tamma/contracts';
import { describeEnd, hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import { isEscalated, type Scene } from '../progress.ts';
import { commandsFor, describeWait, isWaitingForPerson } from './person.ts';
import { printable } from './printable.ts';
import { describeSpending } from './spending.ts';

export interface ReceiptRequest {
  readonly scene: Scene;
  /** When this run began; what ended before is not repeated. */
  readonly sinceMs: number;
  readonly sandboxes: readonly string[];
  /** Those of the workflows; null when they could not be asked for. */
  readonly budgets: readonly BudgetView[] | null;
}

/** What happened, what it cost, and what waits for whom. */
export function renderReceipt({ scene, sinceMs, sandboxes, budgets }: ReceiptRequest): string {
  const shown = scene.workflows.filter((state) => isShown(state, sinceMs)).toReversed();
  const lines = [
    'Receipt',
    ...shown.flatMap((state) => renderWorkflow(state, budgets ?? [])),
    ...renderWaiting(shown),
    ...renderNotTaken(scene),
    ...renderTrouble(scene),
    ...(shown.length > 0 ? renderSandbox(sandboxes) : []),
    ...(budgets === null ? ['What is left of budgets could not be asked for'] : []),
    renderSummary(shown),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function isShown(state: WorkflowState, sinceMs: number): boolean {
  return !hasWorkflowEnded(state.status) || (state.endedAt !== null && Date.parse(state.endedAt) >= sinceMs);
}

function renderWorkflow(state: WorkflowState, budgets: readonly BudgetView[]): string[] {
  const lines = [`  #${state.issue} ${state.title}`, `     ${describeOutcome(state)}`];
  const facts = [`workflow ${state.id}`];
  if (state.pullRequest !== null)
    facts.push(`pull request #${state.pullRequest.number}${addressOf(state.pullRequest.url)}`);
  if (state.mergeCommit !== null) facts.push(`merge commit ${state.mergeCommit.slice(0, 10)}`);
  facts.push(plural(state.commits.length, 'commit'));
  lines.push(`     ${facts.join(' · ')}`);
  lines.push(`     ${describeSpending(state, budgets)}`, `     ${describeTimes(state)}`);
  return lines;
}

function describeOutcome(state: WorkflowState): string {
  const end = describeEnd(state);
  if (end !== null) return state.result === 'merged' ? `${end}${describeRounds(state)}` : end;
  if (state.status === 'paused') return describePause(state);
  return `${state.status}${state.waitingFor === null ? '' : `: ${state.waitingFor.why}`}`;
}

function describePause(state: WorkflowState): string {
  if (!isEscalated(state)) return describeWait(state);
  const why = state.waitingFor?.why ?? 'a person is needed';
  const remedy = state.error?.remedy === undefined ? '' : ` (${state.error.remedy})`;
  const step = state.steps.find((one) => one.status === 'failed');
  return `escalated at step ${step?.id ?? 'unknown'}: ${why}${remedy}`;
}

function describeRounds({ rounds }: WorkflowState): string {
  return rounds.length === 0 ? '' : `, sent back ${rounds.length === 1 ? 'once' : `${rounds.length} times`}`;
}

/** An address that people can open; those of the local platform lead nowhere. */
function addressOf(url: string): string {
  return /^https?:\/\//.test(url) ? ` ${url}` : '';
}

function describeTimes(state: WorkflowState): string {
  const end = state.endedAt ?? state.updatedAt;
  const total = Date.parse(end) - Date.parse(state.createdAt);
  const waits = Object.entries(state.waitedMs)
    .filter(([, ms]) => (ms ?? 0) >= 100)
    .map(([reason, ms]) => `${seconds(ms ?? 0)} for ${reason}`);
  return `${seconds(total)} in all, waited ${waits.length === 0 ? 'for nothing' : waits.join(', ')}`;
}

/** For each that waits for a person: the command that decides. It needs the product to run. */
function renderWaiting(shown: readonly WorkflowState[]): string[] {
  const waiting = shown.filter((state) => isWaitingForPerson(state) || isEscalated(state));
  const commands =
    waiting.length === 0
      ? []
      : [
          'Waiting for a person (run `npm start`, then decide on the page it names, or with one of)',
          ...waiting.flatMap((state) => commandsFor(state).map((command) => `  #${state.issue} ${command}`)),
        ];
  return [...commands, ...renderReviews(shown), ...renderMoney(shown)];
}

/** It comes anew at midnight; until then only a person adds to it. */
function renderMoney(shown: readonly WorkflowState[]): string[] {
  const short = shown.filter(({ waitingFor }) => waitingFor?.reason === 'budget');
  if (short.length === 0) return [];
  return [
    "Waiting for money (`npx tamma budget` says which, `npx tamma budget raise` adds to it; a day's comes anew at midnight UTC)",
    ...short.map(({ issue, waitingFor }) => `  #${issue} ${waitingFor?.why ?? ''}`),
  ];
}

/** Reviewers say their word on the platform; it is taken up when the product runs. */
function renderReviews(shown: readonly WorkflowState[]): string[] {
  const reviewed = shown.filter(({ waitingFor }) => waitingFor?.reason === 'review');
  if (reviewed.length === 0) return [];
  return [
    'Waiting for a review on the platform',
    ...reviewed.map(
      ({ issue, pullRequest }) => `  #${issue}${pullRequest === null ? '' : ` ${pullRequest.url}`}`,
    ),
  ];
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

/** Nothing when the workers are gone already: then nobody can be asked, and a guess could be a lie. */
function renderSandbox(sandboxes: readonly string[]): string[] {
  if (sandboxes.length === 0) return [];
  if (sandboxes.includes('none')) {
    return ['Commands ran without a sandbox (install bubblewrap to have one)'];
  }
  return [`Commands ran in a sandbox: ${sandboxes.join(', ')}`];
}

function renderSummary(shown: readonly WorkflowState[]): string {
  if (shown.length === 0) return 'Nothing to do';
  const count = (isCounted: (state: WorkflowState) => boolean) => shown.filter(isCounted).length;
  const parts = [
    [count((state) => state.status === 'completed' && state.result !== 'no-change'), 'merged'],
    [count((state) => state.result === 'no-change'), 'without a change'],
    [count((state) => state.status === 'cancelled'), 'cancelled'],
    [count((state) => state.status === 'failed'), 'failed'],
    [count(isEscalated), 'escalated'],
    [count(isWaitingForPerson), 'waiting for a person'],
    [count(isStillOpen), 'still open'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

function isStillOpen(state: WorkflowState): boolean {
  return !hasWorkflowEnded(state.status) && !isEscalated(state) && !isWaitingForPerson(state);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
