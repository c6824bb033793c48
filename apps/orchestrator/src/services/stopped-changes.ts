import { hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import type { PullRequest } from '@tamma/git-platform';
import { cancelWorkflow } from '../use-cases/cancel-workflow.ts';
import type { ControlDeps } from '../use-cases/control.ts';
import { orchestratorEvent } from '../use-cases/facts.ts';
import { retryByPerson } from '../use-cases/retry-by-person.ts';
import type { WatchedProject } from './watched-project.ts';

/** Steps that end well by themselves once they find their pull request merged. */
const DELIVERY: readonly string[] = ['pull-request', 'merge-approval', 'merge-and-close'];
/** A person resolves a handful of escalations at most. */
const EVENTS_MAX = 1000;

export interface StoppedDeps extends ControlDeps {
  /** Throws when somebody else leads by now. */
  readonly requireLead: () => Promise<void>;
}

/** A workflow that waits for a person because a step of it stopped, and its pull request. */
export interface StoppedChange {
  readonly state: WorkflowState;
  readonly escalation: NonNullable<WorkflowState['escalation']>;
  readonly seen: PullRequest;
}

/** Somebody finished by hand what a step could not: nobody has to answer for it any more. */
export async function acceptHandMerge(
  deps: StoppedDeps,
  { project }: Pick<WatchedProject, 'project'>,
  change: StoppedChange,
): Promise<void> {
  const { state, escalation, seen } = change;
  if (seen.mergeCommit === null || hasWorkflowEnded(state.status)) return;
  const { platform: by } = project;
  const why = `pull request #${seen.number} was merged by hand`;
  await deps.requireLead();
  const mayEndWell = await isOfDelivery(deps, state.id, escalation.stepId);
  if (mayEndWell && !(await wasTriedBy(deps, state.id, by))) {
    await retryByPerson(deps, { workflowId: state.id, reason: why, by });
    return;
  }
  const told = [mergedEvent(state.id, { ...seen, mergeCommit: seen.mergeCommit }, deps.now())];
  await cancelWorkflow(deps, { workflowId: state.id, why, person: null, told });
}

async function isOfDelivery({ claims }: StoppedDeps, workflowId: string, stepId: string): Promise<boolean> {
  const steps = (await claims.findOpen(workflowId))?.head.template.steps ?? [];
  const handler = steps.find(({ id }) => id === stepId)?.handler;
  return handler !== undefined && DELIVERY.includes(handler);
}

/** Once is enough: what stops again then is not helped by another try. */
async function wasTriedBy({ reader }: StoppedDeps, workflowId: string, by: string): Promise<boolean> {
  const types = ['ESCALATION.RESOLVED.SUCCESS'] as const;
  const resolved = await reader.listEvents({ workflowId, types, limit: EVENTS_MAX });
  return resolved.some(({ event }) => event.actor.id === by);
}

type Merged = Pick<PullRequest, 'number'> & { readonly mergeCommit: string };

function mergedEvent(workflowId: string, { number, mergeCommit }: Merged, nowMs: number) {
  const fact = { type: 'PR.MERGED.SUCCESS', data: { number, mergeCommit } } as const;
  return orchestratorEvent(`${workflowId}.merged-by-hand`, fact, { workflowId, nowMs });
}
