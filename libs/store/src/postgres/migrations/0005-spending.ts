import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What heads that were claimed before do not say, as the defaults were when there came to be budgets. */
const BUDGET_DEFAULTS = { step: 5, workflow: 10, day: 50 };

const STATEMENTS = [
  // What models cost is summed up again and again, and few events tell of it.
  `create index events_of_spending on tamma.events (workflow_id, task_id, at)
    where type = 'AI.RESPONSE.RECEIVED'`,
  "create index events_of_spending_by_time on tamma.events (at) where type = 'AI.RESPONSE.RECEIVED'",

  `update tamma.claims
    set head = jsonb_set(head, '{project,budgets}', '${JSON.stringify(BUDGET_DEFAULTS)}'::jsonb)
    where closed_at is null and head -> 'project' is not null and head #> '{project,budgets}' is null`,
];

export const spending: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
