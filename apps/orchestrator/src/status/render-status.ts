import { explainWorkflow, hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import { foreignBlock, foreignLine } from './foreign-text.ts';
import { headlineOf } from './status-headline.ts';
import { moversOf, type Steering } from './status-movers.ts';
import { commitsRow, costRow, gatesRow, roundsRow, timesRow } from './status-rows.ts';

const LINE_MAX = 500;
const PLAN_MAX = 3000;

export interface StatusRequest {
  readonly state: WorkflowState;
  /** Text of the plan, null while there is none. */
  readonly plan: string | null;
  /** US dollars that its models may cost; null: no limit, or nothing was spent. */
  readonly budgetUsd: number | null;
  /** How people on the issue can steer. */
  readonly steering: Steering;
}

/**
 * The one comment that says how the work on an issue stands, and at its end what came of it. The same state gives the
 * same text: it names no moment that only passing time changes.
 */
export function renderStatus({ state, plan, budgetUsd, steering }: StatusRequest): string {
  const rows = rowsOf(state, budgetUsd);
  const table = ['| | |', '|---|---|', ...rows.map(([name, text]) => `| ${name} | ${text} |`)];
  const movers = hasWorkflowEnded(state.status) ? [] : moversOf(state, steering);
  const parts = [
    headlineOf(state),
    ...(rows.length === 0 ? [] : [table.join('\n')]),
    ...(movers.length === 0 ? [] : [['What people can do:', ...movers.map((one) => `- ${one}`)].join('\n')]),
    ...(plan === null || plan.trim() === '' ? [] : [folded('Plan', foreignBlock(plan, PLAN_MAX))]),
  ];
  return parts.join('\n\n');
}

type Row = readonly [name: string, text: string];

function rowsOf(state: WorkflowState, budgetUsd: number | null): readonly Row[] {
  const { pullRequest, risk, sprint } = state;
  const rows: readonly (readonly [string, string | null])[] = [
    ['State', hasWorkflowEnded(state.status) ? null : foreignLine(explainWorkflow(state).summary, LINE_MAX)],
    ['Until', hasWorkflowEnded(state.status) ? null : untilOf(state)],
    ['Pull request', pullRequest === null ? null : `#${pullRequest.number}`],
    ['Gates', gatesRow(state)],
    ['Rounds', roundsRow(state)],
    ['Risk', risk],
    ['Sprint', sprint === null ? null : foreignLine(sprint, LINE_MAX)],
    ['Commits', commitsRow(state)],
    ['Cost', costRow(state, budgetUsd)],
    ['Time', timesRow(state)],
  ];
  return rows.flatMap(([name, text]): Row[] => (text === null || text === '' ? [] : [[name, text]]));
}

function untilOf({ waitingFor }: WorkflowState): string | null {
  return waitingFor?.until == null ? null : `${waitingFor.until.slice(0, 16).replace('T', ' ')} UTC`;
}

function folded(title: string, text: string): string {
  return `<details><summary>${title}</summary>\n\n${text}\n\n</details>`;
}
