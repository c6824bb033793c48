import type { ApprovalView } from '@tamma/contracts';
import { type ArtifactName, decisionsFor, failedStepOf, type WorkflowState } from '@tamma/domain';
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
  if (state.status !== 'paused' || state.waitingFor === null) return null;
  const about = {
    workflowId: state.id,
    project: state.project,
    issue: state.issue,
    title: state.title,
    artifacts: artifactsFor(state),
  };
  const { approval, waitingFor } = state;
  if (approval === null) {
    const { since, until, why } = waitingFor;
    return {
      ...about,
      id: state.id,
      kind: 'escalation',
      decisions: ['retry', 'cancel'],
      stepId: failedStepOf(state)?.id ?? state.currentStep ?? '',
      risk: state.risk,
      subject: null,
      why,
      remedy: state.error?.remedy ?? null,
      since,
      until,
    };
  }
  const { id, kind, stepId, risk, subject, why, since, until } = approval;
  const decisions = [...decisionsFor(kind)];
  return { ...about, id, kind, decisions, stepId, risk, subject, why, remedy: null, since, until };
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
