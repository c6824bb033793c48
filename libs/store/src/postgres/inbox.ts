import { TammaError } from '@tamma/domain';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { CommentCommand, Delivery, Inbox } from '../store.ts';
import { cleanJson, cleanMoment, cleanText } from './clean.ts';
import { pageSize } from './page-size.ts';
import type { Database } from './schema.ts';

export function createInbox(db: Kysely<Database>): Inbox {
  return {
    receive: (delivery) => receive(db, delivery),

    listUnhandled: async (limit, passedOver = []) => {
      const query = db
        .selectFrom('deliveries')
        .selectAll()
        .where('handled_at', 'is', null)
        .where('project', '<>', sql<string>`all(${passedOver.map(cleanText)}::text[])`);
      return (await query.orderBy('place').limit(pageSize(limit)).execute()).map(deliveryOf);
    },

    markHandled: async (ids) => {
      await db
        .updateTable('deliveries')
        .set({ handled_at: sql<Date>`clock_timestamp()` })
        .where('id', '=', sql<string>`any(${ids.map(cleanText)}::text[])`)
        .where('handled_at', 'is', null)
        .execute();
    },

    forgetDeliveries: (before, limit) => forgetDeliveries(db, before, limit),

    readCursor: async (project, look) => {
      const row = await db
        .selectFrom('look_cursors')
        .select('cursor')
        .where('project', '=', cleanText(project))
        .where('look', '=', cleanText(look))
        .executeTakeFirst();
      return row?.cursor ?? null;
    },

    writeCursor: async (project, look, cursor) => {
      await db
        .insertInto('look_cursors')
        .values(cleanJson({ project, look, cursor }))
        .onConflict((conflict) =>
          conflict.columns(['project', 'look']).doUpdateSet({ cursor: cleanText(cursor) }),
        )
        .execute();
    },

    beginCommand: (command) => beginCommand(db, command),

    finishCommand: (command, result) => finishCommand(db, command, result),
  };
}

async function receive(db: Kysely<Database>, delivery: Delivery): Promise<boolean> {
  const { receivedAt, ...kept } = cleanJson(delivery);
  const inserted = await db
    .insertInto('deliveries')
    .values({ ...kept, received_at: cleanMoment(receivedAt) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

function deliveryOf(row: Selectable<Database['deliveries']>): Delivery {
  const { id, project, event, action, number, received_at } = row;
  return {
    id,
    project,
    event,
    action,
    number: number === null ? null : Number(number),
    receivedAt: received_at.toISOString(),
  };
}

async function forgetDeliveries(db: Kysely<Database>, before: string, limit: number): Promise<number> {
  const old = db
    .selectFrom('deliveries')
    .select('id')
    .where('handled_at', '<', sql<Date>`${cleanMoment(before)}::timestamptz`)
    .orderBy('handled_at')
    .limit(pageSize(limit));
  const { numDeletedRows } = await db.deleteFrom('deliveries').where('id', 'in', old).executeTakeFirst();
  return Number(numDeletedRows);
}

/** In one statement: of two that begin it at once, the second one counts after the first. */
async function beginCommand(db: Kysely<Database>, command: CommentCommand) {
  const { by, ...kept } = cleanJson(command);
  const row = await db
    .insertInto('comment_commands')
    .values({ ...kept, given_by: by })
    .onConflict((conflict) =>
      conflict
        .columns(['project', 'comment'])
        .doUpdateSet({ begun_times: sql<number>`comment_commands.begun_times + 1` }),
    )
    .returning(['begun_times', 'finished_at'])
    .executeTakeFirstOrThrow();
  if (row.finished_at !== null) return 'finished';
  return row.begun_times === 1 ? 'new' : 'unfinished';
}

/** The first end that is written down stands. */
async function finishCommand(
  db: Kysely<Database>,
  { project, comment }: Pick<CommentCommand, 'project' | 'comment'>,
  result: string,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('comment_commands')
    .set({
      result: sql<string>`coalesce(result, ${cleanText(result)})`,
      finished_at: sql<Date>`coalesce(finished_at, clock_timestamp())`,
    })
    .where('project', '=', cleanText(project))
    .where('comment', '=', cleanText(comment))
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return;
  throw new TammaError('COMMAND_UNKNOWN', `no command was begun in comment ${comment} of ${project}`, {
    class: 'validation',
    remedy: 'Begin a command before it is finished.',
  });
}
