import { workerListSchema } from '@tamma/contracts';
import { z } from 'zod';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { page } from '../query.ts';
import type { ResourceDeps } from './deps.ts';

export function workerEndpoints({ registry, offlineAfterMs, now }: ResourceDeps): Endpoint[] {
  return [
    endpoint({
      ...NO_INPUT,
      method: 'get',
      path: '/workers',
      permission: 'view',
      summary: 'Workers that were seen within the last hour and have not signed off',
      query: z.strictObject(page),
      status: 200,
      answer: workerListSchema,
      refusals: [],
      handle: async ({ query }) => {
        const { items, next } = pageOf(await registry.list(), ({ workerId }) => workerId, query);
        const views = items.map(({ workerId, capabilities, seenAt, ...report }) => ({
          ...report,
          id: workerId,
          status: now() - Date.parse(seenAt) < offlineAfterMs ? ('online' as const) : ('offline' as const),
          capabilities: [...capabilities],
          seenAt,
        }));
        return { items: views, next };
      },
    }),
  ];
}
