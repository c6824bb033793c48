import type { Project } from '@tamma/contracts';
import type { AnyEvent, WorkflowState } from '@tamma/domain';
import type { Claims, RecordReader } from '@tamma/store';
import { renderStatus } from './render-status.ts';
import type { Steering } from './status-movers.ts';

const PLANS_MAX = 200;
/** A person raises a budget some times at most. */
const RAISES_MAX = 1000;

export type StatusText = (project: Project, state: WorkflowState) => Promise<string>;

export interface StatusTextDeps {
  readonly reader: Pick<RecordReader, 'readArtifact' | 'listEvents'>;
  readonly claims: Pick<Claims, 'findOpen'>;
}

/** Renders a state with the plan that it names; plans are remembered by what is in them. */
export function createStatusText({ reader, claims }: StatusTextDeps): StatusText {
  const plans = new Map<string, string | null>();

  const readPlan = async ({ id, artifacts }: WorkflowState): Promise<string | null> => {
    const plan = artifacts.findLast(({ name }) => name === 'PLAN.md');
    if (plan === undefined) return null;
    const known = plans.get(plan.sha256);
    if (known !== undefined) return known;
    const text = await reader.readArtifact(id, 'PLAN.md');
    if (plans.size >= PLANS_MAX) plans.clear();
    if (text !== null) plans.set(plan.sha256, text);
    return text;
  };

  /** With what people added to it, as the record tells it. Not asked for before something was spent. */
  const readBudget = async ({ id, usage }: WorkflowState): Promise<number | null> => {
    const claim = usage.costUsd > 0 ? await claims.findOpen(id) : null;
    const limitUsd = claim?.head.project.budgets.workflow ?? null;
    if (limitUsd === null) return null;
    const types = ['BUDGET.RAISED.SUCCESS'];
    const raises = await reader.listEvents({ workflowId: id, types, limit: RAISES_MAX });
    return raises.reduce((sum, { event }) => sum + raiseOf(event), limitUsd);
  };

  return async (project, state) => {
    const [plan, budgetUsd] = await Promise.all([readPlan(state), readBudget(state)]);
    return renderStatus({ state, plan, budgetUsd, steering: steeringOf(project) });
  };
}

function raiseOf(event: AnyEvent): number {
  return event.type === 'BUDGET.RAISED.SUCCESS' && event.data.level === 'workflow' ? event.data.byUsd : 0;
}

/** Comments in a folder are data and nothing more. */
function steeringOf({ platform, people }: Project): Steering {
  return platform === 'local' ? { kind: 'command-line' } : { kind: 'comments', people };
}
