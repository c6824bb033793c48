import {
  type BudgetScope,
  describeBudget,
  failedStepOf,
  type StepState,
  taskIdOf,
  type WorkflowState,
} from '@tamma/domain';
import type { ControlDeps, ControlRequest } from './control.ts';
import { findMoved } from './find-workflow.ts';
import { wakeParked } from './open-tasks.ts';
import { readAll } from './read-all.ts';
import { retryByPerson } from './retry-by-person.ts';

export interface WakeRequest {
  /** The budget that was raised. */
  readonly scope: Pick<BudgetScope, 'level' | 'id'>;
  readonly about: { readonly state: WorkflowState; readonly step: StepState | null } | null;
  readonly request: Pick<ControlRequest, 'reason' | 'by'>;
}

/** Workflows woken at once. */
const AT_ONCE = 10;

/** Has what stood still because of a budget go on: a step that stopped is tried again, one that parks looks again. */
export async function wakeForBudget(
  deps: ControlDeps,
  { scope, about, request }: WakeRequest,
): Promise<void> {
  if (about === null) return wakeDay(deps, scope, request);
  const { state, step } = about;
  const failed = failedStepOf(state);
  if (failed === null) {
    if (state.waitingFor?.reason === 'budget') await wakeParked(deps, state);
    return;
  }
  const isOther = step !== null && taskOf(state, failed) !== taskOf(state, step);
  if (failed.error?.class !== 'budget' || isOther) return;
  await retryByPerson(deps, { ...request, workflowId: state.id });
}

/** Those that park on it look again; those that a whole day's did not pay for, which their error says, are tried again. */
async function wakeDay(
  deps: ControlDeps,
  { level, id }: WakeRequest['scope'],
  request: WakeRequest['request'],
): Promise<void> {
  const project = level === 'project' ? id.slice(0, id.lastIndexOf('@')) : undefined;
  const states = await statesOf(deps, project);
  await inParts(
    states.filter(({ status, waitingFor }) => status !== 'paused' && waitingFor?.reason === 'budget'),
    (state) => wakeParked(deps, state),
  );
  const named = `${describeBudget({ level, id })} `;
  await inParts(
    states.filter((state) => {
      const error = failedStepOf(state)?.error;
      return error?.class === 'budget' && error.message.startsWith(named);
    }),
    (state) => retryByPerson(deps, { ...request, workflowId: state.id }),
  );
}

async function statesOf(deps: ControlDeps, project: string | undefined): Promise<readonly WorkflowState[]> {
  const running = await readAll(deps.reader, { status: 'running', project });
  const paused = await readAll(deps.reader, { status: 'paused', project });
  const moved = await findMoved(deps);
  const states = new Map([...running, ...paused].map((state) => [state.id, state]));
  for (const [workflowId, state] of moved) if (state !== null) states.set(workflowId, state);
  return [...states.values()].filter((state) => (project ?? state.project) === state.project);
}

async function inParts(
  states: readonly WorkflowState[],
  work: (state: WorkflowState) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < states.length; start += AT_ONCE) {
    await Promise.all(states.slice(start, start + AT_ONCE).map(work));
  }
}

function taskOf({ id }: WorkflowState, step: StepState): string {
  return taskIdOf(id, step.id, step.round);
}
