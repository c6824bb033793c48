import type { StepState, WorkflowState } from '@tamma/domain';

const COMMITS_MAX = 5;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** A gate that a person overrode is never shown as passed. */
export function gatesRow({ steps, startedAt }: WorkflowState): string {
  if (startedAt === null) return '';
  const gates = steps.filter(({ id }) => id.endsWith('-gate'));
  return gates.map((step) => `${step.id.replace(/-gate$/, '')} ${verdictOf(step)}`).join(' · ');
}

function verdictOf({ status, order }: StepState): string {
  switch (status) {
    case 'completed':
      if (order === null) return 'passed';
      return order.kind === 'override'
        ? `let pass by ${nameOf(order.by)}`
        : `left out by ${nameOf(order.by)}`;
    case 'failed':
      return 'failed';
    case 'running':
      return 'runs';
    default:
      return 'not yet';
  }
}

/** People sign in by names of letters; one that is none is not repeated. */
function nameOf(by: string): string {
  return /^[\w .-]{1,60}$/.test(by) ? by : 'a person';
}

export function roundsRow({ rounds }: WorkflowState): string {
  const counts = new Map<string, number>();
  for (const { kind } of rounds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

export function commitsRow({ commits }: WorkflowState): string {
  const shown = commits.slice(-COMMITS_MAX).map(({ hash }) => hash.slice(0, 10));
  const more = commits.length - shown.length;
  return (more > 0 ? [`${more} more`, ...shown] : shown).join(', ');
}

/** The budget is null where there is none. */
export function costRow({ usage }: WorkflowState, budgetUsd: number | null): string {
  if (usage.calls === 0) return '';
  const { calls, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd } = usage;
  const cached =
    cacheReadTokens + cacheWriteTokens === 0
      ? ''
      : `, ${grouped(cacheReadTokens)} from a cache, ${grouped(cacheWriteTokens)} into it`;
  const tokens = `${grouped(inputTokens)} tokens in, ${grouped(outputTokens)} out${cached}`;
  const answers = `${grouped(calls)} ${calls === 1 ? 'answer' : 'answers'} of models`;
  const budget = budgetUsd === null ? '' : ` of $${budgetUsd.toFixed(2)}`;
  return `${answers}, ${tokens}, $${costUsd.toFixed(2)}${budget}`;
}

/** Only at the end: while it runs, time would make every text a new one. */
export function timesRow({ createdAt, endedAt, waitedMs }: WorkflowState): string {
  if (endedAt === null) return '';
  const whole = spanOf(Date.parse(endedAt) - Date.parse(createdAt));
  const waits = Object.entries(waitedMs)
    .filter(([, ms = 0]) => ms >= MINUTE_MS)
    .map(([reason, ms = 0]) => `${spanOf(ms)} for ${reason}`);
  return waits.length === 0 ? whole : `${whole}, of which it waited ${waits.join(', ')}`;
}

function spanOf(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  const minutes = Math.round((ms % HOUR_MS) / MINUTE_MS);
  return `${Math.floor(ms / HOUR_MS)} h${minutes === 0 ? '' : ` ${minutes} min`}`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
