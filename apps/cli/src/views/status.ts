import type { Health, ProjectView } from '@tamma/contracts';
import { hasWorkflowEnded, headlineOf, type WorkflowState } from '@tamma/domain';
import { formatAgo, formatDuration, formatUntil } from '../terminal/moment.ts';
import type { Look, View } from '../terminal/output.ts';
import type { Color } from '../terminal/paint.ts';
import { type Column, renderTable } from '../terminal/table.ts';
import { nextSteps } from './next-steps.ts';
import { notTaken } from './projects.ts';
import type { Situation } from './situation.ts';
import { colorOf, outcomeOf } from './words.ts';
import { section } from './workflow.ts';

const HEALTH_COLORS: Readonly<Record<Health['status'], Color>> = {
  healthy: 'green',
  degraded: 'yellow',
  unhealthy: 'red',
};

/** Lines of a section stand that far in. */
const INDENT_WIDTH = 2;

/** What is open and waits for what, what ended lately, what was not taken and why, and what to do next. */
export const showSituation: View<Situation> = (situation, look) => {
  const { health, workflows, projects } = situation;
  const open = workflows.items.filter(({ status }) => !hasWorkflowEnded(status));
  const ended = workflows.items.filter(({ status }) => hasWorkflowEnded(status));
  return [
    healthLine(health, look),
    ...troubles(projects.items),
    ...tableSection(`Open (${open.length})`, { rows: open, columns: openColumns(look) }, look),
    ...(workflows.next === null ? [] : ['  only the newest of each status are shown']),
    ...tableSection(`Ended lately (${ended.length})`, { rows: ended, columns: endedColumns(look) }, look),
    ...section('Not taken', notTaken(projects.items), look),
    ...section('Next', nextSteps(situation), look),
  ];
};

/** `degraded · 0.1.0 · up 3 m 2 s · workers degraded`. */
function healthLine({ status, version, uptime, checks }: Health, { paint }: Look): string {
  const ill = checks
    .filter((check) => check.status !== 'healthy')
    .map((check) => `${check.name} ${check.status}`);
  const parts = [`version ${version}`, `up ${formatDuration(uptime * 1000)}`, ...ill];
  return `${paint(HEALTH_COLORS[status], status)} · ${parts.join(' · ')}`;
}

function troubles(projects: readonly ProjectView[]): string[] {
  return projects.flatMap(({ id, intake }) =>
    intake.problem === null ? [] : [`project ${id} could not be looked at: ${intake.problem}`],
  );
}

interface Table {
  readonly rows: readonly WorkflowState[];
  readonly columns: readonly Column<WorkflowState>[];
}

function tableSection(title: string, { rows, columns }: Table, look: Look): string[] {
  if (rows.length === 0) return [];
  const width = look.columns === null ? null : look.columns - INDENT_WIDTH;
  return section(title, renderTable(rows, columns, width), look);
}

function openColumns({ paint, nowMs }: Look): Column<WorkflowState>[] {
  return [
    { title: 'WORKFLOW', text: (state) => state.id, fit: 'whole' },
    { title: 'ISSUE', text: (state) => headlineOf(state), fit: 'cut' },
    {
      title: 'STATUS',
      text: (state) => state.status,
      paint: (text, state) => paint(colorOf(state.status), text),
      fit: 'whole',
    },
    { title: 'STEP', text: (state) => state.currentStep ?? '', fit: 'whole' },
    { title: 'WAITS FOR', text: (state) => waitOf(state, nowMs), fit: 'cut' },
  ];
}

function waitOf({ waitingFor, status }: WorkflowState, nowMs: number): string {
  if (waitingFor === null) return status === 'running' ? 'nothing: it runs' : '';
  const until = waitingFor.until === null ? '' : `, until ${formatUntil(waitingFor.until, nowMs)}`;
  return `${waitingFor.reason}: ${waitingFor.why}${until}`;
}

function endedColumns({ paint, nowMs }: Look): Column<WorkflowState>[] {
  return [
    { title: 'WORKFLOW', text: (state) => state.id, fit: 'whole' },
    { title: 'ISSUE', text: (state) => headlineOf(state), fit: 'cut' },
    {
      title: 'ENDED',
      text: (state) => outcomeOf(state),
      paint: (text, state) => paint(colorOf(state.status), text),
      fit: 'cut',
    },
    { title: 'WHEN', text: (state) => formatAgo(state.endedAt ?? state.updatedAt, nowMs), fit: 'whole' },
    {
      title: 'PULL REQUEST',
      text: ({ pullRequest }) => (pullRequest === null ? '' : `#${pullRequest.number}`),
      fit: 'whole',
    },
    { title: 'COST', text: ({ usage }) => `$${usage.costUsd.toFixed(2)}`, fit: 'whole' },
  ];
}
