import { budgetListSchema, budgetRaiseSchema, budgetViewSchema } from '@tamma/contracts';
import { BUDGET_LEVELS } from '@tamma/domain';
import { z } from 'zod';
import { type ListBudgetsDeps, listBudgets } from '../../use-cases/list-budgets.ts';
import { type RaiseDeps, type Raised, raiseBudget } from '../../use-cases/raise-budget.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { page, word } from '../query.ts';

export interface BudgetDeps extends ListBudgetsDeps, RaiseDeps {
  readonly budgets: ListBudgetsDeps['budgets'] & RaiseDeps['budgets'];
  readonly claims: RaiseDeps['claims'];
}

const listQuery = z.strictObject({
  ...page,
  level: z.enum(BUDGET_LEVELS).optional(),
  id: word
    .optional()
    .describe('id of a task or workflow, a project and its day as in till@2026-06-01, or a day'),
});

/** Money for models: how far it is spent, and more of it. */
export function budgetEndpoints(deps: BudgetDeps): Endpoint[] {
  return [list(deps), raise(deps)];
}

/** The widest first. */
const RANK = { all: 0, project: 1, workflow: 2, step: 3 } as const;

function list(deps: BudgetDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/budgets',
    permission: 'view',
    summary: 'Budgets: of today, of workflows that go on, and of all that was spent of lately',
    query: listQuery,
    status: 200,
    answer: budgetListSchema,
    refusals: [],
    handle: async ({ query }) =>
      pageOf(await listBudgets(deps, query), ({ level, id }) => `${RANK[level]}:${id}`, query),
  });
}

function raise(deps: BudgetDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'post',
    path: '/budgets/raise',
    permission: 'operate',
    summary: 'Add to a budget, and have go on what stood still because of it; said twice, it adds twice',
    body: budgetRaiseSchema,
    status: 200,
    answer: budgetViewSchema,
    refusals: [404, 409],
    handle: async ({ body, principal }) => {
      const raised = await raiseBudget(deps, { ...body, by: principal.name });
      if (raised.kind === 'raised') return raised.budget;
      throw refusalOf(raised);
    },
  });
}

function refusalOf({ kind, why }: Exclude<Raised, { kind: 'raised' }>): HttpProblem {
  return problem(kind === 'unknown' ? 404 : 409, why);
}
