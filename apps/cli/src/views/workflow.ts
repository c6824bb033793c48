import type { BudgetView } from '@tamma/contracts';
import { headlineOf, type StepState, WAITING_WORDS, type WorkflowState } from '@tamma/domain';
import { formatDuration, formatMoment, formatUntil, msBetween } from '../terminal/moment.ts';
import type { Look, View } from '../terminal/output.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { colorOf, commandsFor, formatUsage, formatUsd, outcomeOf, tookOf } from './words.ts';

const LABEL_WIDTH = 12;
/** Waits shorter than that are not worth a word. */
const WAIT_SHOWN_MIN_MS = 100;

/** All of one workflow: where it stands, its steps, what it made and what it cost, of how much that it may. */
export function showWorkflow(budget: BudgetView | null): View<WorkflowState> {
  return (state, look) => [
    look.paint('bold', `${state.id}  ${headlineOf(state)}`),
    ...facts(state, budget, look),
    ...contents(state, look),
  ];
}

const contents: View<WorkflowState> = (state, look) => [
  ...section('Steps', renderTable(state.steps, stepColumns(look), look.columns), look),
  ...section(
    'Commits',
    state.commits.map(({ hash, message }) => `${hash.slice(0, 7)} ${firstLine(message)}`),
    look,
  ),
  ...section(
    `Artifacts (tamma show ${state.id} --artifact NAME)`,
    state.artifacts.map(({ name, bytes }) => `${name} (${bytes} bytes)`),
    look,
  ),
  ...section('What you can do', commandsFor(state), look),
];

/** A title and indented lines, or nothing where there are no lines. */
export function section(title: string, lines: readonly string[], { paint }: Look): string[] {
  if (lines.length === 0) return [];
  return ['', paint('bold', title), ...lines.map((line) => `  ${line}`)];
}

function facts(state: WorkflowState, budget: BudgetView | null, look: Look): string[] {
  const rows: (readonly [string, string | null])[] = [
    ['status', statusLine(state, look)],
    ['waits for', waitLine(state, look)],
    ['asks', state.approval === null ? null : `${state.approval.kind}, ${state.approval.id}`],
    ['error', errorLine(state)],
    ['project', `${state.project} (${state.platform}, ${state.repository})`],
    ['sprint', state.sprint],
    ['template', `${state.template}, run ${state.run}, score ${state.score}`],
    ['risk', state.risk],
    ['branch', state.branch],
    [
      'pull request',
      state.pullRequest === null ? null : `#${state.pullRequest.number} ${state.pullRequest.url}`,
    ],
    ['merged as', state.mergeCommit],
    ['rounds', roundsLine(state)],
    ['cost', formatUsage(state.usage)],
    ['budget', budgetLine(budget)],
    ['times', timesLine(state, look)],
  ];
  return rows.flatMap(([label, text]) => (text === null ? [] : [`  ${label.padEnd(LABEL_WIDTH)} ${text}`]));
}

function statusLine(state: WorkflowState, { paint }: Look): string {
  const place = [state.phase, state.currentStep].filter((part) => part !== null).join(' · ');
  const status = paint(colorOf(state.status), outcomeOf(state));
  return state.endedAt === null && place !== '' ? `${status} · ${place}` : status;
}

function waitLine({ waitingFor }: WorkflowState, { nowMs }: Look): string | null {
  if (waitingFor === null) return null;
  const until = waitingFor.until === null ? '' : ` until ${formatUntil(waitingFor.until, nowMs)}`;
  return `${WAITING_WORDS[waitingFor.reason]}${until}: ${waitingFor.why}`;
}

function errorLine({ error }: WorkflowState): string | null {
  if (error === null) return null;
  return `${error.message} [${error.code}]${error.remedy === undefined ? '' : ` (${error.remedy})`}`;
}

function roundsLine({ rounds }: WorkflowState): string | null {
  if (rounds.length === 0) return null;
  return rounds
    .map(({ round, kind, askedBy, why }) => `${round} ${kind}, asked by ${askedBy}: ${why}`)
    .join('; ');
}

function budgetLine(budget: BudgetView | null): string | null {
  if (budget === null || budget.limitUsd === null) return null;
  const { limitUsd, spentUsd, reservedUsd } = budget;
  const used = formatUsd(spentUsd + reservedUsd);
  return `${used} of ${formatUsd(limitUsd)} (${Math.floor(((spentUsd + reservedUsd) / limitUsd) * 100)} %)`;
}

function timesLine(state: WorkflowState, { nowMs }: Look): string {
  const end = state.endedAt ?? new Date(nowMs).toISOString();
  const waits = Object.entries(state.waitedMs)
    .filter(([, ms]) => (ms ?? 0) >= WAIT_SHOWN_MIN_MS)
    .map(([reason, ms]) => `${formatDuration(ms ?? 0)} for ${reason}`);
  const waited = waits.length === 0 ? '' : `, waited ${waits.join(', ')}`;
  return `created ${formatMoment(state.createdAt)}, ${formatDuration(msBetween(state.createdAt, end))} in all${waited}`;
}

function stepColumns({ paint, nowMs }: Look): Column<StepState>[] {
  return [
    { title: 'STEP', text: (step) => step.id, fit: 'whole' },
    { title: 'PHASE', text: (step) => step.phase, fit: 'whole' },
    { title: 'BY', text: (step) => step.capability, fit: 'whole' },
    {
      title: 'STATUS',
      text: (step) => (step.round === 0 ? step.status : `${step.status} (round ${step.round})`),
      paint: (text, step) => paint(colorOf(step.status), text),
      fit: 'whole',
    },
    { title: 'TRIES', text: (step) => (step.attempts === 0 ? '' : String(step.attempts)), fit: 'whole' },
    { title: 'TOOK', text: (step) => tookOf(step, nowMs), fit: 'whole' },
    { title: 'ERROR', text: (step) => step.error?.message ?? '', fit: 'cut' },
  ];
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
