import {
  explanationSchema,
  workflowCreatedSchema,
  workflowListSchema,
  workflowRequestSchema,
  workflowStateSchema,
} from '@tamma/contracts';
import { WORKFLOW_STATUSES, type WorkflowState } from '@tamma/domain';
import { z } from 'zod';
import { explainState } from '../../use-cases/explain-state.ts';
import { findWorkflow } from '../../use-cases/find-workflow.ts';
import { submitWorkflow } from '../../use-cases/submit-workflow.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { page, word } from '../query.ts';
import type { ResourceDeps } from './deps.ts';
import { submissionOf, submitRefusal } from './submissions.ts';

export const workflowParams = z.object({ id: z.string().describe('id of a workflow, such as textkit-1.r1') });

const listQuery = z.strictObject({
  ...page,
  status: z.enum(WORKFLOW_STATUSES).optional(),
  project: word.optional(),
  kind: z
    .enum(['issue', 'task', 'any'])
    .optional()
    .describe('workflows of issues, unless said otherwise; tasks that were submitted on their own; or both'),
});

/** Workflows: looking at them, and having an issue worked on. */
export function workflowEndpoints(deps: ResourceDeps): Endpoint[] {
  return [list(deps), read(deps), submit(deps), explain(deps)];
}

function list({ reader }: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/workflows',
    permission: 'view',
    summary: 'Workflows, the newest first',
    query: listQuery,
    status: 200,
    answer: workflowListSchema,
    refusals: [],
    handle: async ({ query }) => {
      const { items, next } = await reader.listWorkflows(query);
      return { items: [...items], next };
    },
  });
}

function read(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/workflows/:id',
    permission: 'view',
    summary: 'One workflow: its steps, what it waits for, and what it made',
    params: workflowParams,
    status: 200,
    answer: workflowStateSchema,
    refusals: [404],
    handle: ({ params }) => mustFind(deps, params.id),
  });
}

function submit(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'post',
    path: '/workflows',
    permission: 'operate',
    summary: 'Have an issue worked on now; its workflow starts when a slot is free',
    body: workflowRequestSchema,
    status: 201,
    answer: workflowCreatedSchema,
    refusals: [404, 409],
    handle: async ({ body, principal, response }) => {
      const { project, issue, override } = body;
      const submitted = await submitWorkflow(deps, {
        project,
        issue,
        rules: override ? 'overridden' : 'kept',
        submitted: submissionOf(deps.door, principal),
      });
      if (submitted.kind !== 'claimed') throw submitRefusal(submitted, body);
      const { workflowId } = submitted;
      response.location(`/api/v1/workflows/${encodeURIComponent(workflowId)}`);
      return { workflowId };
    },
  });
}

function explain(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/workflows/:id/explain',
    permission: 'view',
    summary: 'What a workflow waits for, why, and who can move it',
    params: workflowParams,
    status: 200,
    answer: explanationSchema,
    refusals: [404],
    handle: async ({ params }) => explainState(deps, await mustFind(deps, params.id)),
  });
}

/** Throws an HttpProblem with 404. */
export async function mustFind(deps: ResourceDeps, id: string): Promise<WorkflowState> {
  const state = await findWorkflow(deps, id);
  if (state === null) throw unknownWorkflow(id);
  return state;
}

export function unknownWorkflow(id: string): HttpProblem {
  return problem(404, `there is no workflow "${id}"`);
}
