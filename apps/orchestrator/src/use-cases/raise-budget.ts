import type { BudgetRaise, BudgetView } from '@tamma/contracts';
import type { BudgetState, Budgets } from '@tamma/coordination';
import { microUsdOf, taskIdOf, usdOf } from '@tamma/domain';
import type { ControlDeps } from './control.ts';
import { orchestratorEvent } from './facts.ts';
import { type FindBudgetDeps, type FoundBudget, findBudget } from './find-budget.ts';
import { viewBudget } from './view-budget.ts';
import { wakeForBudget } from './wake-for-budget.ts';

export interface RaiseDeps extends ControlDeps, FindBudgetDeps {
  readonly claims: ControlDeps['claims'];
  readonly budgets: Pick<Budgets, 'raise'>;
}

export interface RaiseRequest extends BudgetRaise {
  /** Name of the person. */
  readonly by: string;
}

export type Raised =
  | { readonly kind: 'raised'; readonly budget: BudgetView }
  | Exclude<FoundBudget, { kind: 'found' }>
  | { readonly kind: 'limitless'; readonly why: string };

/** A person adds to a budget; what stood still because of it goes on. Saying it twice adds twice. */
export async function raiseBudget(deps: RaiseDeps, request: RaiseRequest): Promise<Raised> {
  const found = await findBudget(deps, request);
  if (found.kind !== 'found') return found;
  const { scope, about } = found;
  if (scope.limitMicroUsd === null) {
    return { kind: 'limitless', why: `${request.level} ${scope.id} has no limit that could be raised` };
  }
  // The least there is: money is counted in whole millionths.
  const byMicroUsd = Math.max(1, microUsdOf(request.byUsd));
  const state = await deps.budgets.raise(scope, byMicroUsd);
  const budget = viewBudget(scope, scope, state);
  await tell(deps, request, { found, state, byUsd: usdOf(byMicroUsd), budget });
  await wakeForBudget(deps, { scope, about, request });
  return { kind: 'raised', budget };
}

interface Told {
  readonly found: Extract<FoundBudget, { kind: 'found' }>;
  readonly state: BudgetState;
  readonly byUsd: number;
  readonly budget: BudgetView;
}

async function tell(
  { eventLog, now }: RaiseDeps,
  { by, reason }: RaiseRequest,
  { found: { scope, about }, state, byUsd, budget }: Told,
): Promise<void> {
  const { level, id } = scope;
  const data = { level, id, byUsd, limitUsd: budget.limitUsd, why: reason };
  const nowMs = now();
  // Each raise is a fact of its own, also one that a Redis without its memory counts from zero again.
  const eventId = `budget.${level}.${id}.raised.${state.raisedMicroUsd}.${nowMs}`;
  const event = orchestratorEvent(
    eventId,
    { type: 'BUDGET.RAISED.SUCCESS', data },
    {
      nowMs,
      person: by,
      ...placeOf(about),
    },
  );
  await eventLog.append([event]);
}

function placeOf(about: Extract<FoundBudget, { kind: 'found' }>['about']) {
  if (about === null) return {};
  const { state, step } = about;
  if (step === null) return { workflowId: state.id };
  return { workflowId: state.id, task: { taskId: taskIdOf(state.id, step.id, step.round), stepId: step.id } };
}
