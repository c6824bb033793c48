import { projectListSchema, projectViewSchema } from '@tamma/contracts';
import { z } from 'zod';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { problem } from '../problem.ts';
import { page } from '../query.ts';
import type { ResourceDeps } from './deps.ts';

/** What intake made of the issues of each project: with every reason why one is not taken. */
export function projectEndpoints({ projectViews }: ResourceDeps): Endpoint[] {
  return [
    endpoint({
      ...NO_INPUT,
      method: 'get',
      path: '/projects',
      permission: 'view',
      summary: 'Projects, with what intake made of their issues',
      query: z.strictObject(page),
      status: 200,
      answer: projectListSchema,
      refusals: [],
      handle: ({ query }) => pageOf(projectViews(), ({ id }) => id, query),
    }),
    endpoint({
      ...NO_INPUT,
      method: 'get',
      path: '/projects/:id',
      permission: 'view',
      summary: 'One project',
      params: z.object({ id: z.string().describe('id of a project') }),
      status: 200,
      answer: projectViewSchema,
      refusals: [404],
      handle: ({ params: { id } }) => {
        const view = projectViews().find((one) => one.id === id);
        if (view === undefined) throw problem(404, `there is no project "${id}"`);
        return view;
      },
    }),
  ];
}
