import type { ApprovalView } from '@tamma/contracts';
import { type ArtifactName, decisionsFor, type WorkflowState } from '@tamma/domain';
import { type FindDeps, findMoved } from './find-workflow.ts';
import { readAll } from './read-all.ts';

/** All that waits for a person: as it is on record, and as the log shows it beyond that. */
export async function listApprovals(deps: FindDeps, project?: string): Promise<readonly ApprovalView[]> {
  const moved = await findMoved(deps);
  const paused = await readAll(deps.reader, { status: 'paused', project });
  const fresh = [...moved.values()].filter((state) => state !== null);
  return [...paused.filter(({ id }) => !moved.has(id)), ...fresh]
    .filter((state) => project === undefined || state.project === project)
    .flatMap((state) => viewApproval(state) ?? []);
}

/** What a workflow waits for a person to say; null when it waits for nobody. */
export function viewApproval(state: WorkflowState): ApprovalView | null {
  if (state.status !== 'paused') return null;
  if (state.approval === null) return viewEscalation(state);
  const { id, kind, stepId, risk, subject, why, since, until } = state.approval;
  const decisions = [...decisionsFor(kind)];
  const asked = { stepId, risk, subject, why, since, until };
  return { ...aboutOf(state), ...asked, id, kind, decisions, level: null, remedy: null };
}

/** One that only stands still waits for nobody's decision. */
function viewEscalation(state: WorkflowState): ApprovalView | null {
  const { escalation, error } = state;
  if (escalation === null) return null;
  const { stepId, level, since, until } = escalation;
  const step = state.steps.find(({ id }) => id === stepId);
  return {
    ...aboutOf(state),
    id: state.id,
    kind: 'escalation',
    decisions: ['retry', 'cancel', ...(step?.allow ?? [])],
    level,
    stepId,
    risk: state.risk,
    subject: null,
    why: error?.message ?? 'it stopped for good',
    remedy: error?.remedy ?? null,
    since,
    until,
  };
}

function aboutOf(state: WorkflowState) {
  const { id: workflowId, project, issue, title } = state;
  return { workflowId, project, issue, title, artifacts: artifactsFor(state) };
}

/** What to read before deciding, most telling first. */
const TO_READ: Readonly<Record<ApprovalView['kind'], readonly ArtifactName[]>> = {
  plan: ['PLAN.md', 'TASK.md', 'CONTEXT.md'],
  merge: ['CHANGES.md', 'change.patch', 'REVIEW.md', 'test.log', 'security.log', 'build.log', 'BUGS.md'],
  question: ['TASK.md'],
  escalation: ['BUGS.md', 'test.log', 'build.log', 'security.log', 'REVIEW.md', 'PLAN.md', 'change.patch'],
};

function artifactsFor({ approval, artifacts }: WorkflowState): ArtifactName[] {
  const written = new Set(artifacts.map(({ name }) => name));
  return TO_READ[approval?.kind ?? 'escalation'].filter((name) => written.has(name));
}
