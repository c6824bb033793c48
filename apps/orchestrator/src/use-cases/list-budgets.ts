import type { BudgetView } from '@tamma/contracts';
import type { BudgetState, Budgets } from '@tamma/coordination';
import type { BudgetLevel, BudgetScope } from '@tamma/domain';
import type { Claims } from '@tamma/store';
import { type BudgetsOfTodayDeps, budgetsOfToday, budgetsOfWorkflows, keyOfBudget } from './known-budgets.ts';
import { viewBudget } from './view-budget.ts';

export interface ListBudgetsDeps extends BudgetsOfTodayDeps {
  readonly budgets: Pick<Budgets, 'list' | 'read'>;
  readonly claims: Pick<Claims, 'listStarted'>;
}

export interface BudgetFilter {
  readonly level?: BudgetLevel | undefined;
  readonly id?: string | undefined;
}

/** Budgets that something was spent of, the latest; those of today and of workflows that go on are added. */
const LISTED_MAX = 1000;

/** Today's budgets and those of workflows that go on, spent of or not, and all others that were used lately. */
export async function listBudgets(
  deps: ListBudgetsDeps,
  filter: BudgetFilter = {},
): Promise<readonly BudgetView[]> {
  const fits = ({ level, id }: Pick<BudgetScope, 'level' | 'id'>) =>
    (filter.level ?? level) === level && (filter.id ?? id) === id;
  const known = (await knownBudgets(deps, filter)).filter(fits);
  const used = await deps.budgets.list(LISTED_MAX);
  const states = new Map(used.filter(fits).map((state) => [keyOfBudget(state), state]));
  // A full list may have left out one that is known, or asked for.
  if (used.length === LISTED_MAX) await addUnlisted(deps, states, [...known, ...named(filter)]);
  const scopes = new Map(known.map((scope) => [keyOfBudget(scope), scope]));
  const unknown = [...states.values()].filter((state) => !scopes.has(keyOfBudget(state)));
  return [
    ...known.map((scope) => viewBudget(scope, scope, states.get(keyOfBudget(scope)) ?? null)),
    ...unknown.map((state) => viewBudget(state, null, state)),
  ];
}

async function knownBudgets(deps: ListBudgetsDeps, { level }: BudgetFilter): Promise<readonly BudgetScope[]> {
  const wantsWorkflows = level === undefined || level === 'workflow';
  return [...budgetsOfToday(deps), ...(wantsWorkflows ? await budgetsOfWorkflows(deps.claims) : [])];
}

function named({ level, id }: BudgetFilter): readonly Pick<BudgetScope, 'level' | 'id'>[] {
  return level === undefined || id === undefined ? [] : [{ level, id }];
}

async function addUnlisted(
  { budgets }: Pick<ListBudgetsDeps, 'budgets'>,
  states: Map<string, BudgetState>,
  wanted: readonly Pick<BudgetScope, 'level' | 'id'>[],
): Promise<void> {
  const missing = wanted.filter((scope) => !states.has(keyOfBudget(scope)));
  const found = await Promise.all(missing.map((scope) => budgets.read(scope)));
  for (const state of found) if (state !== null) states.set(keyOfBudget(state), state);
}
