import { agentListSchema, budgetListSchema, budgetRaiseSchema, budgetViewSchema } from '@tamma/contracts';
import { type Answer, ok, problem } from './fake-answer.ts';
import { tell } from './fake-controls.ts';
import type { Asked } from './fake-resources.ts';

export function listAgents({ deps }: Asked): Answer {
  return ok(agentListSchema, { items: deps.world.agents, next: null });
}

export function listBudgets({ deps }: Asked): Answer {
  return ok(budgetListSchema, { items: deps.world.budgets, next: null });
}

export function raiseBudget(asked: Asked): Answer {
  const { world } = asked.deps;
  const parsed = budgetRaiseSchema.safeParse(asked.body);
  if (!parsed.success) return problem(400, 'the request cannot be read');
  const { level, id, byUsd, reason: why } = parsed.data;
  const found = world.budgets.find((one) => one.level === level && one.id === id);
  if (found === undefined) return problem(404, `there is no ${level} "${id}" that goes on`);
  const limitUsd = (found.limitUsd ?? 0) + byUsd;
  const raised = { ...found, limitUsd, raisedUsd: found.raisedUsd + byUsd };
  world.budgets = world.budgets.map((one) => (one === found ? raised : one));
  tell(asked, { type: 'BUDGET.RAISED.SUCCESS', data: { level, id, byUsd, limitUsd, why } });
  return ok(budgetViewSchema, raised);
}
