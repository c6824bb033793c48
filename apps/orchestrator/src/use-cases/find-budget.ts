import {
  type BudgetLevel,
  type BudgetScope,
  dayOf,
  hasWorkflowEnded,
  type StepState,
  taskIdOf,
  type WorkflowState,
} from '@tamma/domain';
import type { Claims } from '@tamma/store';
import { findTask } from './find-task.ts';
import { type FindDeps, findWorkflow } from './find-workflow.ts';
import { type BudgetsOfTodayDeps, budgetsOfClaim, budgetsOfToday } from './known-budgets.ts';

export interface FindBudgetDeps extends FindDeps, BudgetsOfTodayDeps {
  readonly claims: Pick<Claims, 'findOpen'>;
}

export type FoundBudget =
  | {
      readonly kind: 'found';
      readonly scope: BudgetScope;
      /** Of a workflow or a step. */
      readonly about: { readonly state: WorkflowState; readonly step: StepState | null } | null;
    }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'over'; readonly why: string };

/** The budget that a person names, if it is one that something can still be spent of. */
export async function findBudget(
  deps: FindBudgetDeps,
  { level, id }: { readonly level: BudgetLevel; readonly id: string },
): Promise<FoundBudget> {
  switch (level) {
    case 'all':
    case 'project':
      return findDay(deps, level, id);
    case 'workflow':
      return ofWorkflow(deps, { state: await findWorkflow(deps, id), step: null, id });
    case 'step': {
      const found = await findTask(deps, id);
      return ofWorkflow(deps, { state: found?.state ?? null, step: found?.step ?? null, id });
    }
  }
}

/** `till` alone is its budget of today, and so is `today` for all projects. */
function findDay(deps: BudgetsOfTodayDeps, level: 'all' | 'project', id: string): FoundBudget {
  const today = dayOf(deps.now());
  const [name = '', day = today] = level === 'all' ? ['', id] : id.split('@');
  const scopes = budgetsOfToday(deps).filter((scope) => scope.level === level);
  const scope = scopes.find((one) => level === 'all' || one.id.split('@')[0] === name);
  if (scope === undefined) return { kind: 'unknown', why: `there is no project "${name}"` };
  if (day === today || day === 'today') return { kind: 'found', scope, about: null };
  const why = `only the budget of today can be raised, ${scope.id}; each day begins with the configured one`;
  return { kind: 'over', why };
}

interface Named {
  readonly state: WorkflowState | null;
  readonly step: StepState | null;
  readonly id: string;
}

async function ofWorkflow({ claims }: FindBudgetDeps, { state, step, id }: Named): Promise<FoundBudget> {
  const what = step === null ? 'workflow' : 'step';
  const isThere = state !== null && (step === null || taskIdOf(state.id, step.id, step.round) === id);
  const claim = isThere && !hasWorkflowEnded(state.status) ? await claims.findOpen(state.id) : null;
  const [scope] = claim === null ? [] : budgetsOfClaim(claim, what, id);
  if (state === null || scope === undefined) {
    return { kind: 'unknown', why: `there is no ${what} "${id}" that goes on` };
  }
  return { kind: 'found', scope, about: { state, step } };
}
