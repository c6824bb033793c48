import { hasWorkflowEnded, type StepState, type WorkflowState } from '@tamma/domain';
import { type Controlled, ended, impossible, type StepRequest } from './control.ts';
import { type FindDeps, findWorkflow } from './find-workflow.ts';

export type Aim =
  | { readonly kind: 'step'; readonly state: WorkflowState; readonly step: StepState }
  | Controlled;

/** The step that a person speaks about, if something can be said about it. */
export async function aimAt(
  deps: FindDeps,
  { workflowId, stepId, round }: Pick<StepRequest, 'workflowId' | 'stepId' | 'round'>,
): Promise<Aim> {
  const state = await findWorkflow(deps, workflowId);
  if (state === null) return { kind: 'unknown' };
  if (hasWorkflowEnded(state.status)) return ended(state);
  if (state.startedAt === null) return impossible('it has not begun: it has no step yet');
  const step = state.steps.find(({ id }) => id === stepId);
  if (step === undefined) return { kind: 'unknown-step' };
  if (round !== undefined && round !== step.round) {
    return impossible(`round ${step.round} works on step ${step.id} now`);
  }
  return { kind: 'step', state, step };
}
