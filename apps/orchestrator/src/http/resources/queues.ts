import {
  controlRequestSchema,
  queueControlResultSchema,
  queueListSchema,
  queueNameSchema,
} from '@tamma/contracts';
import type { QueuePause } from '@tamma/coordination';
import { CAPABILITIES } from '@tamma/domain';
import { z } from 'zod';
import {
  pauseQueues,
  type QueueControlDeps,
  type QueueRequest,
  resumeQueues,
} from '../../use-cases/queue-control.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { page } from '../query.ts';
import type { ResourceDeps } from './deps.ts';

const queueParams = z.object({ queue: queueNameSchema.describe('a capability, or all of them') });

interface Control {
  readonly verb: 'pause' | 'resume';
  readonly summary: string;
  readonly act: (deps: QueueControlDeps, request: QueueRequest) => Promise<boolean>;
  readonly changed: string;
  readonly same: string;
}

const CONTROLS: readonly Control[] = [
  {
    verb: 'pause',
    summary: 'No worker takes a task of the queue until a person resumes it; what runs comes to its end',
    act: pauseQueues,
    changed: 'it is paused until somebody resumes it; what runs comes to its end',
    same: 'it was paused already',
  },
  {
    verb: 'resume',
    summary: 'Have workers take tasks of the queue again',
    act: resumeQueues,
    changed: 'it gives out its tasks again',
    same: 'it was not paused',
  },
];

/** One queue per capability, and the word `all` for every one of them. */
export function queueEndpoints(deps: ResourceDeps): Endpoint[] {
  return [list(deps), ...CONTROLS.map((one) => control(deps, one))];
}

function list({ queue, pauses }: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/queues',
    permission: 'view',
    summary: 'Queues: what is in them, and who paused them',
    query: z.strictObject(page),
    status: 200,
    answer: queueListSchema,
    refusals: [],
    handle: async ({ query }) => {
      const [counts, paused] = await Promise.all([queue.counts(), pauses.list()]);
      const views = CAPABILITIES.map((name) => {
        const pause = paused.find((one) => one.queue === name);
        return { queue: name, ...counts[name], paused: pause === undefined ? null : viewPause(pause) };
      });
      return pageOf(views, (view) => view.queue, query);
    },
  });
}

function viewPause({ by, why, since }: QueuePause) {
  return { by, why, since };
}

function control(deps: ResourceDeps, { verb, summary, act, ...messages }: Control): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'post',
    path: `/queues/:queue/${verb}`,
    permission: 'operate',
    summary,
    params: queueParams,
    body: controlRequestSchema,
    status: 200,
    answer: queueControlResultSchema,
    refusals: [],
    handle: async ({ params: { queue }, body: { reason }, principal }) => {
      const changed = await act(deps, { queue, reason, by: principal.name });
      return { queue, changed, message: changed ? messages.changed : messages.same };
    },
  });
}
