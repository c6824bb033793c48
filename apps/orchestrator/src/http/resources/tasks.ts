import { type TaskView, taskListSchema, taskViewSchema } from '@tamma/contracts';
import { CAPABILITIES, type StepState, TASK_STATUSES, taskIdOf, workflowIdOfTask } from '@tamma/domain';
import { z } from 'zod';
import { findWorkflow } from '../../use-cases/find-workflow.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { problem } from '../problem.ts';
import { page, word } from '../query.ts';
import type { ResourceDeps } from './deps.ts';

const listQuery = z.strictObject({
  ...page,
  status: z.enum(TASK_STATUSES).optional(),
  capability: z.enum(CAPABILITIES).optional(),
  workflowId: word.optional(),
});

/** The tasks of all workflows: each step as its latest round shows it. */
export function taskEndpoints(deps: ResourceDeps): Endpoint[] {
  return [list(deps), read(deps)];
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

function read(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/tasks/:id',
    permission: 'view',
    summary: 'One task',
    params: z.object({ id: z.string().describe('id of a task, such as textkit-1.r1.code-generation') }),
    status: 200,
    answer: taskViewSchema,
    refusals: [404],
    handle: async ({ params: { id } }) => {
      const workflowId = workflowIdOfTask(id);
      const state = workflowId === null ? null : await findWorkflow(deps, workflowId);
      const step = state?.steps.find((one) => taskIdOf(state.id, one.id, one.round) === id);
      if (state === null || step === undefined) {
        throw problem(404, `there is no task "${id}", or a later round works on its step now`);
      }
      return viewTask({ ...state, workflowId: state.id }, step);
    },
  });
}

function viewTask(
  { workflowId, project, issue }: Pick<TaskView, 'workflowId' | 'project' | 'issue'>,
  { id: stepId, ...step }: StepState,
): TaskView {
  return { id: taskIdOf(workflowId, stepId, step.round), workflowId, project, issue, stepId, ...step };
}
