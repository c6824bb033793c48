import { parseOffset } from '@tamma/contracts';
import { TammaError, type WorkflowStatus } from '@tamma/domain';
import { type Kysely, sql } from 'kysely';
import type {
  ChainedEvent,
  EventFilter,
  RecordedEvent,
  RecordReader,
  WorkflowFilter,
  WorkflowSnapshot,
} from '../store.ts';
import { cleanText } from './clean.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { listTasks } from './list-tasks.ts';
import { pageSize } from './page-size.ts';
import { stateOf } from './recorded-state.ts';
import type { Database } from './schema.ts';
import { costsOfProjects, costsOfTasks, raisesOfBudgets } from './spending.ts';

/** The place before every event. */
const NOTHING_RECORDED = '0-0';
/** A workflow has some hundred events; one with more than this cannot be checked in memory. */
const CHAIN_LENGTH_MAX = 100_000;

export function createReader(db: Kysely<Database>): RecordReader {
  return {
    listWorkflows: (filter) => listWorkflows(db, filter),

    getWorkflow: async (id) => {
      const query = db.selectFrom('workflow_states').select('state').where('id', '=', cleanText(id));
      const row = await query.executeTakeFirst();
      return row === undefined ? null : stateOf(row.state);
    },

    readSnapshot: (id) => readSnapshot(db, id),

    recordedTo: async () => (await lastPlace(db).executeTakeFirst())?.place ?? NOTHING_RECORDED,

    listTasks: (filter) => listTasks(db, filter),

    listEvents: (filter) => listEvents(db, filter),

    readArtifact: async (workflowId, name) => {
      const row = await db
        .selectFrom('artifacts')
        .select('body')
        .where('workflow_id', '=', cleanText(workflowId))
        .where('name', '=', cleanText(name))
        .executeTakeFirst();
      return row?.body ?? null;
    },

    readChain: (workflowId) => readChain(db, workflowId),

    countWorkflows: async () => {
      const rows = await db
        .selectFrom('workflow_states')
        .select((eb) => ['status', eb.fn.countAll().as('count')])
        .groupBy('status')
        .execute();
      const counts: Partial<Record<WorkflowStatus, number>> = {};
      for (const { status, count } of rows) counts[status] = Number(count);
      return counts;
    },

    costsOfTasks: (workflowIds, before) => costsOfTasks(db, workflowIds, before),

    costsOfProjects: (span) => costsOfProjects(db, span),

    raisesOfBudgets: (from) => raisesOfBudgets(db, from),
  };
}

/** One statement: state and place belong together, whatever is being recorded. */
async function readSnapshot(db: Kysely<Database>, id: string): Promise<WorkflowSnapshot> {
  const state = db.selectFrom('workflow_states').select('state').where('id', '=', cleanText(id));
  const row = await db.selectNoFrom([state.as('state'), lastPlace(db).as('place')]).executeTakeFirstOrThrow();
  return { state: row.state === null ? null : stateOf(row.state), offset: row.place ?? NOTHING_RECORDED };
}

function lastPlace(db: Kysely<Database>) {
  return db
    .selectFrom('events')
    .select(sql<string>`offset_ms || '-' || offset_seq`.as('place'))
    .orderBy('offset_ms', 'desc')
    .orderBy('offset_seq', 'desc')
    .limit(1);
}

/** What a state has where an issue would be, when its task was submitted on its own. */
const NO_ISSUE = '0';

async function listWorkflows(db: Kysely<Database>, filter: WorkflowFilter) {
  const { status, project, kind = 'issue', after } = filter;
  const size = pageSize(filter.limit);
  let query = db.selectFrom('workflow_states').select(['id', 'created_at', 'state']);
  if (kind !== 'any') query = query.where('issue', kind === 'task' ? '=' : '!=', NO_ISSUE);
  if (status !== undefined) query = query.where('status', '=', status);
  if (project !== undefined) query = query.where('project', '=', cleanText(project));
  if (after !== undefined) {
    const { createdAt, id } = parseCursor(after);
    query = query.where(sql<boolean>`(created_at, id) < (${createdAt}::timestamptz, ${id})`);
  }
  // One more than asked tells whether there is a next page.
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(size + 1)
    .execute();
  const page = rows.slice(0, size);
  const last = page.at(-1);
  const next =
    rows.length > size && last !== undefined
      ? formatCursor({ createdAt: last.created_at.toISOString(), id: last.id })
      : null;
  return { items: page.map((row) => stateOf(row.state)), next };
}

async function listEvents(db: Kysely<Database>, filter: EventFilter): Promise<RecordedEvent[]> {
  const { since, workflowId, types = [] } = filter;
  let query = db.selectFrom('events').select(['offset_ms', 'offset_seq', 'event']);
  if (since !== undefined) {
    const { ms, seq } = parseOffset(since);
    query = query.where(sql<boolean>`(offset_ms, offset_seq) > (${ms}::bigint, ${seq}::bigint)`);
  }
  if (workflowId !== undefined) query = query.where('workflow_id', '=', cleanText(workflowId));
  if (types.length > 0) query = query.where('type', 'in', types.map(cleanText));
  const rows = await query
    .orderBy('offset_ms')
    .orderBy('offset_seq')
    .orderBy('id')
    .limit(pageSize(filter.limit))
    .execute();
  return rows.map((row) => ({ offset: `${row.offset_ms}-${row.offset_seq}`, event: row.event }));
}

async function readChain(db: Kysely<Database>, workflowId: string): Promise<ChainedEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'prev_hash', 'hash', 'event'])
    .where('workflow_id', '=', cleanText(workflowId))
    .orderBy('seq')
    .limit(CHAIN_LENGTH_MAX + 1)
    .execute();
  if (rows.length > CHAIN_LENGTH_MAX) {
    throw new TammaError(
      'CHAIN_TOO_LONG',
      `workflow ${workflowId} has more than ${CHAIN_LENGTH_MAX} events, too many to read at once`,
      { class: 'validation', remedy: 'Page through its events instead.' },
    );
  }
  return rows.map((row) => ({
    seq: Number(row.seq),
    prevHash: row.prev_hash ?? '',
    hash: row.hash ?? '',
    event: row.event,
  }));
}
