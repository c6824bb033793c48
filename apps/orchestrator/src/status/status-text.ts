import type { Project } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';
import type { RecordReader } from '@tamma/store';
import { renderStatus } from './render-status.ts';
import type { Steering } from './status-movers.ts';

const PLANS_MAX = 200;

export type StatusText = (project: Project, state: WorkflowState) => Promise<string>;

/** Renders a state with the plan that it names; plans are remembered by what is in them. */
export function createStatusText(reader: Pick<RecordReader, 'readArtifact'>): StatusText {
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

  return async (project, state) =>
    renderStatus({ state, plan: await readPlan(state), steering: steeringOf(project) });
}

/** Comments in a folder are data and nothing more. */
function steeringOf({ platform, people }: Project): Steering {
  return platform === 'local' ? { kind: 'command-line' } : { kind: 'comments', people };
}
