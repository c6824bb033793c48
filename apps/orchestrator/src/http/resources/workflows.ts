import {
  explanationSchema,
  workflowCreatedSchema,
  workflowListSchema,
  workflowRequestSchema,
  workflowStateSchema,
} from '@tamma/contracts';
import { explainWorkflow, WORKFLOW_STATUSES, type WorkflowState } from '@tamma/domain';
import { z } from 'zod';
import { findWorkflow } from '../../use-cases/find-workflow.ts';
import { type Submitted, submitWorkflow } from '../../use-cases/submit-workflow.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { HttpProblem, problem, titleOfStatus } from '../problem.ts';
import { page, word } from '../query.ts';
import type { ResourceDeps } from './deps.ts';

export const workflowParams = z.object({ id: z.string().describe('id of a workflow, such as textkit-1.r1') });

const listQuery = z.strictObject({
  ...page,
  status: z.enum(WORKFLOW_STATUSES).optional(),
  project: word.optional(),
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
      const startedBy = deps.door.mode === 'none' ? null : principal.name;
      const submitted = await submitWorkflow(deps, {
        project,
        issue,
        rules: override ? 'overridden' : 'kept',
        submitted: { by: principal.name, startedBy },
      });
      if (submitted.kind !== 'claimed') throw refusalOf(submitted, body);
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
    handle: async ({ params }) => {
      const state = await mustFind(deps, params.id);
      const { queued, movers, ...explained } = explainWorkflow(state);
      const queue =
        queued === null
          ? null
          : { capability: queued.capability, position: await deps.queue.position(queued) };
      const { id: workflowId, status, phase, currentStep, waitingFor } = state;
      return { workflowId, status, phase, currentStep, waitingFor, ...explained, movers: [...movers], queue };
    },
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

type Refused = Exclude<Submitted, { kind: 'claimed' }>;

function refusalOf(refused: Refused, { project, issue }: { project: string; issue: number }): HttpProblem {
  switch (refused.kind) {
    case 'unknown':
      return problem(
        404,
        refused.what === 'project'
          ? `there is no project "${project}"`
          : `there is no issue ${issue} in project "${project}"`,
      );
    case 'open-already':
      return problem(409, `workflow ${refused.workflowId} works on issue ${issue} already`);
    case 'held-back':
      return problem(503, `no new work is taken now: ${refused.why}`);
    case 'not-eligible': {
      const errors = refused.reasons.map((message) => ({ path: 'issue', message }));
      const detail = `issue ${issue} of project "${project}" is not eligible`;
      return new HttpProblem({ status: 409, title: titleOfStatus(409), detail, errors });
    }
  }
}
