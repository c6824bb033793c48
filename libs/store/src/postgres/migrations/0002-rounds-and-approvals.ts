import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What states recorded before there were rounds and approvals to decide: none of either. */
const COMPLETE_STATES = `
  update tamma.workflow_states set state =
    '{"approval": null, "rounds": []}'::jsonb
    || state
    || jsonb_build_object('steps', (
      select coalesce(jsonb_agg('{"round": 0}'::jsonb || step order by place), '[]'::jsonb)
      from jsonb_array_elements(state -> 'steps') with ordinality as steps (step, place)
    ))`;

export const roundsAndApprovals: Migration = {
  async up(db: Kysely<unknown>) {
    await sql.raw(COMPLETE_STATES).execute(db);
  },
};
