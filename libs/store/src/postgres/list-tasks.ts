import type { StepState } from '@tamma/domain';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { RecordedStep, TaskFilter } from '../store.ts';
import { cleanText } from './clean.ts';
import { type Cursor, formatCursor, parseCursor } from './cursor.ts';
import { pageSize } from './page-size.ts';
import { type Database, SCHEMA } from './schema.ts';

interface Row {
  readonly id: string;
  readonly project: string;
  readonly issue: string;
  readonly created_at: Date;
  readonly place: number;
  readonly step: StepState;
}

/** The steps of the workflows' states, newest workflow first, in running order. */
export async function listTasks(db: Kysely<Database>, filter: TaskFilter) {
  const size = pageSize(filter.limit);
  // One more than asked tells whether there is a next page.
  const { rows } = await sql<Row>`
    select w.id, w.project, w.issue, w.created_at, s.place::integer as place, s.step
    from ${sql.table(`${SCHEMA}.workflow_states`)} w,
      jsonb_array_elements(w.state -> 'steps') with ordinality as s(step, place)
    where ${sql.join(conditionsOf(filter), sql` and `)}
    order by w.created_at desc, w.id desc, s.place
    limit ${size + 1}`.execute(db);
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const next = rows.length > size && last !== undefined ? formatCursor(cursorOf(last)) : null;
  return { items: page.map(recordedStep), next };
}

function conditionsOf({ status, capability, workflowId, after }: TaskFilter): RawBuilder<boolean>[] {
  const conditions = [sql<boolean>`true`];
  if (status !== undefined) conditions.push(sql`s.step ->> 'status' = ${status}`);
  // Their steps have ended with them: the whole history need not be looked through.
  if (status === 'running' || status === 'scheduled' || status === 'pending') {
    conditions.push(sql`w.status not in ('completed', 'cancelled')`);
  }
  if (capability !== undefined) conditions.push(sql`s.step ->> 'capability' = ${capability}`);
  if (workflowId !== undefined) conditions.push(sql`w.id = ${cleanText(workflowId)}`);
  if (after !== undefined) conditions.push(isAfter(parseCursor(after)));
  return conditions;
}

/** A place is the workflow and the step's number in it. */
function cursorOf({ id, created_at, place }: Row): Cursor {
  return { createdAt: created_at.toISOString(), id: `${id} ${place}` };
}

function isAfter({ createdAt, id }: Cursor): RawBuilder<boolean> {
  const blank = id.lastIndexOf(' ');
  const [workflowId, place] = [id.slice(0, Math.max(0, blank)), Number(id.slice(blank + 1)) || 0];
  return sql`(
    (w.created_at, w.id) < (${createdAt}::timestamptz, ${workflowId})
    or (w.created_at = ${createdAt}::timestamptz and w.id = ${workflowId} and s.place > ${place}::double precision)
  )`;
}

function recordedStep({ id, project, issue, step }: Row): RecordedStep {
  return { workflowId: id, project, issue: Number(issue), step };
}
