import { BUDGET_LEVELS } from '@tamma/domain';
import { type Kysely, sql } from 'kysely';
import type { BudgetRaises, ProjectCost, TaskCost } from '../store.ts';
import { cleanText } from './clean.ts';
import type { Database } from './schema.ts';

/** Workflows of one question: whoever has more asks again. */
const WORKFLOWS_MAX = 1000;
/** Budgets that people raised: far more than they do by hand. */
const RAISED_MAX = 1000;
/** In whole millionths of a US dollar each, so that the sum is what was settled, to the last one. */
const COST = sql<string>`sum(round((event #>> '{data,usage,costUsd}')::numeric * 1000000))`;

export async function costsOfTasks(
  db: Kysely<Database>,
  workflowIds: readonly string[],
  before: string,
): Promise<readonly TaskCost[]> {
  const asked = workflowIds.slice(0, WORKFLOWS_MAX).map(cleanText);
  if (asked.length === 0) return [];
  const rows = await db
    .selectFrom('events')
    .select(['workflow_id', 'task_id', COST.as('cost')])
    .where('type', '=', 'AI.RESPONSE.RECEIVED')
    .where('workflow_id', 'in', asked)
    .where('at', '<', sql<Date>`${before}::timestamptz`)
    .groupBy(['workflow_id', 'task_id'])
    .execute();
  return rows.map(({ workflow_id, task_id, cost }) => ({
    workflowId: workflow_id ?? '',
    taskId: task_id,
    microUsd: Number(cost),
  }));
}

export async function costsOfProjects(
  db: Kysely<Database>,
  span: { readonly from: string; readonly before: string },
): Promise<readonly ProjectCost[]> {
  const rows = await db
    .selectFrom('events')
    .leftJoin('workflow_states', 'workflow_states.id', 'events.workflow_id')
    .select(['workflow_states.project', COST.as('cost')])
    .where('events.type', '=', 'AI.RESPONSE.RECEIVED')
    .where('events.at', '>=', sql<Date>`${span.from}::timestamptz`)
    .where('events.at', '<', sql<Date>`${span.before}::timestamptz`)
    .groupBy('workflow_states.project')
    .execute();
  return rows.map(({ project, cost }) => ({ project, microUsd: Number(cost) }));
}

/** Found by the type of the event, of which there are few. */
export async function raisesOfBudgets(db: Kysely<Database>, from: string): Promise<readonly BudgetRaises[]> {
  const rows = await db
    .selectFrom('events')
    .select([
      sql<string>`event #>> '{data,level}'`.as('level'),
      sql<string>`event #>> '{data,id}'`.as('id'),
      sql<string>`sum(round((event #>> '{data,byUsd}')::numeric * 1000000))`.as('raised'),
    ])
    .where('type', '=', 'BUDGET.RAISED.SUCCESS')
    .where('at', '>=', sql<Date>`${from}::timestamptz`)
    .groupBy([sql`1`, sql`2`])
    .orderBy(sql`max(at)`, 'desc')
    .limit(RAISED_MAX)
    .execute();
  return rows.flatMap(({ level: name, id, raised }) => {
    const level = BUDGET_LEVELS.find((one) => one === name);
    return level === undefined ? [] : [{ level, id, microUsd: Number(raised) }];
  });
}
