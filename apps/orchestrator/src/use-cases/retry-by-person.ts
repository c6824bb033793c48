import {
  failedStepOf,
  hasWorkflowEnded,
  openStepOf,
  type StepState,
  type WorkflowState,
} from '@tamma/domain';
import {
  type ControlDeps,
  type Controlled,
  type ControlRequest,
  changed,
  ended,
  LOST,
  type StepRequest,
  same,
} from './control.ts';
import { findWorkflow } from './find-workflow.ts';
import { queueStopped } from './open-tasks.ts';
import { aimAt } from './step-aim.ts';
import { tryAgain } from './try-again.ts';

/** A person has the step that stopped for good tried again. Saying it again also finishes what was cut off half-way. */
export async function retryByPerson(deps: ControlDeps, request: ControlRequest): Promise<Controlled> {
  const state = await findWorkflow(deps, request.workflowId);
  if (state === null) return { kind: 'unknown' };
  if (hasWorkflowEnded(state.status)) return ended(state);
  return retryStep(deps, { state, step: failedStepOf(state) ?? openStepOf(state), request });
}

/** The same, said about one step. */
export async function retryTaskByPerson(deps: ControlDeps, request: StepRequest): Promise<Controlled> {
  const aim = await aimAt(deps, request);
  return aim.kind === 'step' ? retryStep(deps, { ...aim, request }) : aim;
}

interface Retry {
  readonly state: WorkflowState;
  readonly step: StepState | null;
  readonly request: ControlRequest;
}

async function retryStep(deps: ControlDeps, { state, step, request }: Retry): Promise<Controlled> {
  const nothing = 'no step of it has stopped for good, so there is nothing to try again';
  if (step === null) return same(state, nothing);
  const again = `step ${step.id} is tried again`;
  if (step.status !== 'failed') {
    const isFinished = await queueStopped(deps, state, step);
    return isFinished ? changed(state, again) : same(state, nothing);
  }
  switch (await tryAgain(deps, { state, step, request, order: null })) {
    case 'retried':
      return changed(state, again);
    case 'not-stopped':
      return same(state, `step ${step.id} is tried again already`);
    case 'cancelled':
      return ended({ status: 'cancelled' });
    case 'missing':
      return LOST;
  }
}
