import type { ProjectView } from '@tamma/contracts';
import { WORKFLOW_STATUSES } from '@tamma/domain';
import type { EventFilter, WorkflowFilter } from '@tamma/store';
import { Router } from 'express';
import { z } from 'zod';
import { type FeedDeps, readEvents } from './event-feed.ts';
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

export interface ReadDeps extends FeedDeps {
  readonly projects: () => readonly ProjectView[];
}

/** The part of `/api/v1` that looks and changes nothing. */
export function readRoutes(deps: ReadDeps): Router {
  const router = Router();

  router
    .route('/workflows')
    .get(async (request, response) => {
      response.json(await deps.reader.listWorkflows(parseWorkflowQuery(request.query)));
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
      response.json(await readEvents(deps, parseEventQuery(request.query)));
    })
    .all(wrongMethod);

  router
    .route('/projects')
    .get((_request, response) => void response.json({ items: deps.projects(), next: null }))
    .all(wrongMethod);

  return router;
}

/** An absent filter is absent, not undefined. */
function parseWorkflowQuery(query: unknown): WorkflowFilter {
  const { limit, after, status } = workflowQuery.parse(query);
  return {
    limit,
    ...(after === undefined ? {} : { after }),
    ...(status === undefined ? {} : { status }),
  };
}

function parseEventQuery(query: unknown): EventFilter {
  const { limit, since, workflowId, type } = eventQuery.parse(query);
  return {
    limit,
    ...(since === undefined ? {} : { since }),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(type === undefined ? {} : { type }),
  };
}
