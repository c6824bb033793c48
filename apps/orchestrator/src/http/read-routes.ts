import type { ProjectView, RelayedEvent } from '@tamma/contracts';
import { TammaError, WORKFLOW_STATUSES } from '@tamma/domain';
import { type EventLog, LOG_START } from '@tamma/event-log';
import type { EventFilter, RecordReader } from '@tamma/store';
import { Router } from 'express';
import { z } from 'zod';
import { sendProblem, wrongMethod } from './problem.ts';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1000;

const limit = z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT);
const word = z.string().min(1).max(500);
const workflowQuery = z.strictObject({
  limit,
  after: word.optional(),
  status: z.enum(WORKFLOW_STATUSES).optional(),
});
const eventQuery = z.strictObject({
  limit,
  since: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'expected an offset such as 1767225600000-0')
    .optional(),
  workflowId: word.optional(),
  type: word.optional(),
});

export interface ReadDeps {
  readonly reader: RecordReader;
  readonly eventLog: EventLog;
  readonly projects: () => readonly ProjectView[];
}

/** The part of `/api/v1` that looks and changes nothing. */
export function readRoutes(deps: ReadDeps): Router {
  const router = Router();

  router
    .route('/workflows')
    .get(async (request, response) => {
      const query = withoutUndefined(workflowQuery.parse(request.query));
      response.json(await deps.reader.listWorkflows(query));
    })
    .all(wrongMethod);

  router
    .route('/workflows/:id')
    .get(async (request, response) => {
      const state = await deps.reader.getWorkflow(request.params.id);
      if (state !== null) return void response.json(state);
      const detail = `there is no workflow "${request.params.id}"`;
      sendProblem(response, { status: 404, title: 'Not found', detail });
    })
    .all(wrongMethod);

  router
    .route('/events')
    .get(async (request, response) => {
      const query = withoutUndefined(eventQuery.parse(request.query));
      const items = await readEvents(deps, query);
      response.json({ items, next: items.at(-1)?.offset ?? null });
    })
    .all(wrongMethod);

  router
    .route('/projects')
    .get((_request, response) => void response.json({ items: deps.projects(), next: null }))
    .all(wrongMethod);

  return router;
}

/** The tail comes from Redis, which has it first; what is older, or filtered, from the record. */
async function readEvents(deps: ReadDeps, filter: EventFilter): Promise<readonly RelayedEvent[]> {
  const { since, workflowId, type } = filter;
  if (since === undefined || workflowId !== undefined || type !== undefined)
    return listRecorded(deps, filter);
  const first = await deps.eventLog.firstOffset();
  if (since !== LOG_START && (first === null || compareOffsets(since, first) < 0))
    return listRecorded(deps, filter);
  const entries = await deps.eventLog.readAfter(since, filter.limit);
  return entries.flatMap((entry) => ('event' in entry ? [relayed(entry)] : []));
}

async function listRecorded({ reader }: ReadDeps, filter: EventFilter): Promise<readonly RelayedEvent[]> {
  return (await reader.listEvents(filter)).map(relayed);
}

function relayed({
  offset,
  event,
}: {
  offset: string;
  event: { id: string; type: string; at: string; data: object };
}): RelayedEvent {
  return { offset, event: { ...event, data: { ...event.data } } };
}

/** Both as `<milliseconds>-<sequence>`. */
function compareOffsets(a: string, b: string): number {
  const [aMs = 0, aSeq = 0] = a.split('-').map(Number);
  const [bMs = 0, bSeq = 0] = b.split('-').map(Number);
  if ([aMs, aSeq, bMs, bSeq].some(Number.isNaN))
    throw new TammaError('OFFSET_INVALID', 'not an offset', { class: 'validation' });
  return aMs === bMs ? aSeq - bSeq : aMs - bMs;
}

/** An absent filter must be absent, not undefined. */
function withoutUndefined<Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Value]: Exclude<Value[Key], undefined> };
}
