import { taskCreatedSchema, taskDetailSchema, taskListSchema, taskRequestSchema } from '@tamma/contracts';
import { CAPABILITIES, TASK_STATUSES } from '@tamma/domain';
import { z } from 'zod';
import { describeTask, viewTask } from '../../use-cases/find-task.ts';
import { submitTask } from '../../use-cases/submit-task.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { HttpProblem, problem, titleOfStatus } from '../problem.ts';
import { page, word } from '../query.ts';
import type { ResourceDeps } from './deps.ts';
import { submissionOf, submitRefusal } from './submissions.ts';

export const taskParams = z.object({
  id: z.string().describe('id of a task, such as textkit-1.r1.code-generation'),
});

const listQuery = z.strictObject({
  ...page,
  status: z.enum(TASK_STATUSES).optional(),
  capability: z.enum(CAPABILITIES).optional(),
  workflowId: word.optional(),
});

/** The tasks of all workflows: each step as its latest round shows it, and those that were submitted on their own. */
export function taskEndpoints(deps: ResourceDeps): Endpoint[] {
  return [list(deps), submit(deps), read(deps)];
}

function list({ reader }: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/tasks',
    permission: 'view',
    summary: 'Tasks, those of the newest workflow first, in running order',
    query: listQuery,
    status: 200,
    answer: taskListSchema,
    refusals: [],
    handle: async ({ query }) => {
      const { items, next } = await reader.listTasks(query);
      return { items: items.map(({ step, ...workflow }) => viewTask(workflow, step)), next };
    },
  });
}

function submit(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'post',
    path: '/tasks',
    permission: 'operate',
    summary: 'Have one task carried out on its own, or an issue worked on; it starts when a slot is free',
    body: taskRequestSchema,
    status: 201,
    answer: taskCreatedSchema,
    refusals: [404, 409, 422],
    handle: async ({ body: { type, payload, capability }, principal, response }) => {
      const submitted = submissionOf(deps.door, principal);
      const result = await submitTask(deps, { type, payload, capability, submitted });
      if (result.kind === 'refused') throw submitRefusal(result.why, result.about);
      if (result.kind === 'invalid') {
        const detail = `this is no payload of a ${type} task`;
        throw new HttpProblem({
          status: 422,
          title: titleOfStatus(422),
          detail,
          errors: [...result.fields],
        });
      }
      const { taskId, workflowId } = result;
      response.location(`/api/v1/tasks/${encodeURIComponent(taskId)}`);
      return { taskId, workflowId, success: true as const };
    },
  });
}

function read(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/tasks/:id',
    permission: 'view',
    summary: 'One task, with its facts',
    params: taskParams,
    status: 200,
    answer: taskDetailSchema,
    refusals: [404],
    handle: async ({ params: { id } }) => {
      const detail = await describeTask(deps, id);
      if (detail === null) throw unknownTask(id);
      return detail;
    },
  });
}

export function unknownTask(id: string): HttpProblem {
  return problem(
    404,
    `there is no task "${id}": it never was, a later round works on its step, or its workflow ended before it began`,
  );
}
