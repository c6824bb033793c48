import { type Kysely, type Selectable, sql } from 'kysely';
import type { IssueVerdict, VerdictFilter, Verdicts } from '../store.ts';
import { cleanJson, cleanMoment, cleanText } from './clean.ts';
import { pageSize } from './page-size.ts';
import { type Database, type IssueVerdictsTable, SCHEMA } from './schema.ts';

type NewVerdict = Omit<IssueVerdict, 'since'>;

/** Verdicts written by one statement; a project may have any number of issues. */
const BATCH_MAX = 500;

export function createVerdicts(db: Kysely<Database>): Verdicts {
  return {
    save: async (verdicts) => {
      const latest = inOrder(verdicts);
      for (let from = 0; from < latest.length; from += BATCH_MAX) {
        await saveBatch(db, latest.slice(from, from + BATCH_MAX));
      }
    },

    find: async (project, issue) => {
      const row = await db
        .selectFrom('issue_verdicts')
        .selectAll()
        .where('project', '=', cleanText(project))
        .where('issue', '=', String(issue))
        .executeTakeFirst();
      return row === undefined ? null : verdictOf(row);
    },

    list: (filter) => listVerdicts(db, filter),
  };
}

/** The last verdict on each issue; in one order for all, so that two who save at once never wait for each other. */
function inOrder(verdicts: readonly NewVerdict[]): readonly NewVerdict[] {
  const latest = new Map(verdicts.map((verdict) => [`${verdict.issue} ${verdict.project}`, verdict]));
  return [...latest.values()].toSorted(
    (one, other) => one.issue - other.issue || (one.project < other.project ? -1 : 1),
  );
}

async function saveBatch(db: Kysely<Database>, verdicts: readonly NewVerdict[]): Promise<void> {
  const rows = cleanJson(verdicts).map((verdict) => ({
    ...verdict,
    judged_at: cleanMoment(verdict.judgedAt),
  }));
  await sql`
    insert into ${sql.table(`${SCHEMA}.issue_verdicts`)} as known
      (project, issue, title, eligible, reasons, score, since, judged_at)
    select project, issue, title, eligible, reasons, score, judged_at, judged_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      project text, issue bigint, title text, eligible boolean, reasons jsonb, score double precision,
      judged_at timestamptz
    )
    on conflict (project, issue) do update set
      title = excluded.title, eligible = excluded.eligible, reasons = excluded.reasons,
      score = excluded.score, judged_at = excluded.judged_at,
      since = case
        when known.eligible = excluded.eligible and known.reasons = excluded.reasons then known.since
        else excluded.since
      end`.execute(db);
}

async function listVerdicts(db: Kysely<Database>, filter: VerdictFilter): Promise<readonly IssueVerdict[]> {
  const { project, eligible, limit, after } = filter;
  let query = db.selectFrom('issue_verdicts').selectAll().where('project', '=', cleanText(project));
  if (eligible !== undefined) query = query.where('eligible', '=', eligible);
  if (after !== undefined) query = query.where('issue', '>', String(after));
  const rows = await query.orderBy('issue').limit(pageSize(limit)).execute();
  return rows.map(verdictOf);
}

function verdictOf(row: Selectable<IssueVerdictsTable>): IssueVerdict {
  const { issue, since, judged_at, ...verdict } = row;
  return {
    ...verdict,
    issue: Number(issue),
    since: since.toISOString(),
    judgedAt: judged_at.toISOString(),
  };
}
