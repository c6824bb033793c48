import { type Order, openStepOf, type StepState, taskIdOf, type WorkflowState } from '@tamma/domain';
import {
  type ControlDeps,
  type Controlled,
  changed,
  ended,
  impossible,
  LOST,
  type StepRequest,
  same,
} from './control.ts';
import { orchestratorEvent } from './facts.ts';
import { queueStopped, taskOf } from './open-tasks.ts';
import { aimAt } from './step-aim.ts';
import { factOf, tryAgain } from './try-again.ts';

/** Looks at a step that ends, or is tried again, at the very moment it is to be left out. */
const LOOKS_MAX = 5;

/** A person has a step left out that has no outcome yet, wherever its task is. */
export async function skipByPerson(deps: ControlDeps, request: StepRequest): Promise<Controlled> {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const aim = await aimAt(deps, request);
    if (aim.kind !== 'step') return aim;
    const answer = await skip(deps, { ...aim, request });
    if (answer !== 'look-again') return answer;
  }
  return impossible(`step ${request.stepId} changes at this very moment; say it again`);
}

interface Skip {
  readonly state: WorkflowState;
  readonly step: StepState;
  readonly request: StepRequest;
}

async function skip(deps: ControlDeps, one: Skip): Promise<Controlled | 'look-again'> {
  const { state, step, request } = one;
  if (!step.allow.includes('skip')) {
    return impossible(`its template does not let step ${step.id} be left out`);
  }
  if (step.status === 'completed') {
    return step.order?.kind === 'skip'
      ? same(state, `step ${step.id} was left out already, by ${step.order.by}`)
      : impossible(`step ${step.id} is done already`);
  }
  const at = new Date(deps.now()).toISOString();
  const order = { kind: 'skip', by: request.by, why: request.reason, at } as const;
  if (step.status !== 'failed') return orderSkip(deps, one, order);
  const stored = await tryAgain(deps, { state, step, request, order });
  if (stored === 'not-stopped') return 'look-again';
  return stored === 'retried' ? changed(state, `step ${step.id} is left out`) : endOf(stored);
}

/** Its task may be parked, queued, running or far away: it takes the order when it begins next. */
async function orderSkip(
  deps: ControlDeps,
  { state, step, request }: Skip,
  order: Order,
): Promise<Controlled | 'look-again'> {
  const taskId = taskIdOf(state.id, step.id, step.round);
  const about = {
    workflowId: state.id,
    task: { taskId, stepId: step.id },
    nowMs: deps.now(),
    person: order.by,
  };
  const event = orchestratorEvent(`${taskId}.ordered`, factOf(order), about);
  const stored = await deps.hashes.order({ workflowId: state.id, taskId, order, events: [event] });
  switch (stored) {
    case 'ordered':
    case 'unchanged':
      if (step.status === 'pending') await queueStopped(deps, state, step);
      await deps.queue.promote(taskOf(state, step));
      if (await hasStopped(deps, request)) return 'look-again';
      return stored === 'ordered'
        ? changed(state, describeSkip(state, step))
        : same(state, `somebody has given an order about step ${step.id} already`);
    case 'done':
      return 'look-again';
    default:
      return endOf(stored);
  }
}

/** It may have stopped a moment before the order reached it: then the stop has to be taken away as well. */
async function hasStopped(deps: ControlDeps, request: StepRequest): Promise<boolean> {
  const aim = await aimAt(deps, request);
  return aim.kind === 'step' && aim.step.status === 'failed';
}

/** What was said is kept; when it counts depends on where its task is. */
export function describeSkip(state: WorkflowState, { id, status }: StepState): string {
  if (status === 'running')
    return `step ${id} runs at this moment: it is left out unless it ends by itself first`;
  const first = openStepOf(state);
  if (status !== 'scheduled' || first === null || first.id === id) return `step ${id} is left out`;
  const round = `step ${id} sent work back: it is left out as soon as that is over`;
  return first.status === 'failed' ? `${round}, and step ${first.id} has stopped: retry that one` : round;
}

function endOf(stored: 'cancelled' | 'missing'): Controlled {
  return stored === 'missing' ? LOST : ended({ status: 'cancelled' });
}
