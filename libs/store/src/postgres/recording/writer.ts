import { reportError, TammaError } from '@tamma/domain';
import type { Kysely, Transaction } from 'kysely';
import type { RecordableEntry, RecordRequest, RecordWriter } from '../../store.ts';
import { isDataError } from '../failure.ts';
import type { Database } from '../schema.ts';
import { buildBatch } from './batch.ts';
import { readBefore, readKnownIds } from './read-before.ts';
import { rejectEntry, screenEntries } from './screen.ts';
import { createStateCache, type StateCache } from './state-cache.ts';
import { writeArtifacts, writeBatch, writeRejected } from './write-batch.ts';

export function createWriter(db: Kysely<Database>): RecordWriter {
  const recorder = { db, cache: createStateCache() };
  return {
    record: async (request) => {
      try {
        return await recordTogether(recorder, request);
      } catch (error) {
        if (!isDataError(error)) throw error;
        return recordOneByOne(recorder, request);
      }
    },
  };
}

interface Recorder {
  readonly db: Kysely<Database>;
  readonly cache: StateCache;
}

function recordTogether(
  { db, cache }: Recorder,
  request: RecordRequest,
): Promise<readonly RecordableEntry[]> {
  const { events, rejected } = screenEntries(request.entries);
  return db.transaction().execute(async (tx) => {
    await requireTerm(tx, request.term);
    const known = await readKnownIds(tx, events);
    const newEvents = events.filter(({ event }) => !known.has(event.id));
    const batch = buildBatch(await readBefore(tx, newEvents, cache), newEvents);
    await writeBatch(tx, batch);
    cache.keep(batch.workflows);
    await writeArtifacts(tx, request.artifacts);
    await writeRejected(tx, batch.unapplied);
    const newlyRejected = await writeRejected(tx, rejected);
    const recorded = [...newEvents, ...rejected.filter(({ offset }) => newlyRejected.has(offset))];
    return inOrderOf(request.entries, recorded);
  });
}

/**
 * Something in the batch cannot be stored, and nobody foresaw it. Each entry in a transaction of its own: the one
 * that fails is set aside with the reason, so that it does not block all that follow.
 */
async function recordOneByOne(recorder: Recorder, request: RecordRequest): Promise<RecordableEntry[]> {
  const { term, artifacts } = request;
  const recorded: RecordableEntry[] = [];
  for (const entry of request.entries) {
    try {
      recorded.push(...(await recordTogether(recorder, { term, entries: [entry], artifacts: [] })));
    } catch (error) {
      if (!isDataError(error)) throw error;
      const rejected = rejectEntry(entry, `PostgreSQL refused it: ${reportError(error).message}`);
      recorded.push(...(await recordTogether(recorder, { term, entries: [rejected], artifacts: [] })));
    }
  }
  await recordTogether(recorder, { term, entries: [], artifacts });
  return recorded;
}

/**
 * Locks the lease's row until the transaction ends: a successor cannot take over while we write, and two batches
 * cannot be written at once, so that what we read before we write stays true.
 */
async function requireTerm(tx: Transaction<Database>, term: number): Promise<void> {
  const row = await tx
    .selectFrom('leader_lease')
    .select('term')
    .where('term', '=', String(term))
    .where('holder', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  if (row !== undefined) return;
  throw new TammaError('TERM_LOST', `term ${term} of the leader is over; somebody else records now`, {
    class: 'conflict',
  });
}

function inOrderOf(
  order: readonly RecordableEntry[],
  entries: readonly RecordableEntry[],
): RecordableEntry[] {
  const places = new Map(order.map((entry, place) => [entry.offset, place]));
  return entries.toSorted((a, b) => (places.get(a.offset) ?? 0) - (places.get(b.offset) ?? 0));
}
