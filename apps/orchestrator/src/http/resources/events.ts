import { EVENT_NAMES, eventListSchema } from '@tamma/contracts';
import { z } from 'zod';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { readEvents } from '../event-feed.ts';
import { typesOfName } from '../event-types.ts';
import { page, word } from '../query.ts';
import type { ResourceDeps } from './deps.ts';
import { mustFind, workflowParams } from './workflows.ts';

const filters = {
  limit: page.limit,
  since: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'expected an offset such as 1767225600000-0')
    .optional()
    .describe('an offset; what came after it is answered'),
  type: z
    .string()
    .refine((name) => EVENT_NAMES.has(name), 'there is no event of that name')
    .optional()
    .describe('the name of an event, its beginning such as TASK.*, or an alias such as task:completed'),
};

/** Facts, in the order in which they were told. */
export function eventEndpoints(deps: ResourceDeps): Endpoint[] {
  return [list(deps), ofWorkflow(deps)];
}

function list(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/events',
    permission: 'view',
    summary: 'Events after an offset; filtered ones as they are on record',
    query: z.strictObject({ ...filters, workflowId: word.optional() }),
    status: 200,
    answer: eventListSchema,
    refusals: [],
    handle: ({ query: { type, ...filter } }) => readEvents(deps, { ...filter, ...named(type) }),
  });
}

function ofWorkflow(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/workflows/:id/events',
    permission: 'view',
    summary: 'The events of one workflow that are on record',
    params: workflowParams,
    query: z.strictObject(filters),
    status: 200,
    answer: eventListSchema,
    refusals: [404],
    handle: async ({ params: { id }, query: { type, ...filter } }) => {
      await mustFind(deps, id);
      return readEvents(deps, { ...filter, ...named(type), workflowId: id });
    },
  });
}

function named(name: string | undefined) {
  return name === undefined ? {} : { name, types: typesOfName(name) };
}
