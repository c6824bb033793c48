import {
  approvalListSchema,
  approvalViewSchema,
  decisionRequestSchema,
  decisionResultSchema,
} from '@tamma/contracts';
import { type StoredDecision, workflowIdOfTask } from '@tamma/domain';
import { z } from 'zod';
import { type Decided, decideApproval } from '../../use-cases/decide-approval.ts';
import { findWorkflow } from '../../use-cases/find-workflow.ts';
import { listApprovals, viewApproval } from '../../use-cases/list-approvals.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { HttpProblem, problem, titleOfStatus } from '../problem.ts';
import { page, word } from '../query.ts';
import type { ResourceDeps } from './deps.ts';

const approvalParams = z.object({
  id: z.string().describe('id of an approval or a question; for an escalation that of its workflow'),
});

/** What waits for a person, and what a person says to it. */
export function approvalEndpoints(deps: ResourceDeps): Endpoint[] {
  return [list(deps), read(deps), decide(deps)];
}

function list(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/approvals',
    permission: 'view',
    summary: 'All that waits for a person, the longest first: approvals, questions and escalations',
    query: z.strictObject({ ...page, project: word.optional() }),
    status: 200,
    answer: approvalListSchema,
    refusals: [],
    handle: async ({ query }) =>
      pageOf(await listApprovals(deps, query.project), ({ since, id }) => `${since} ${id}`, query),
  });
}

function read(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/approvals/:id',
    permission: 'view',
    summary: 'One thing that waits for a person',
    params: approvalParams,
    status: 200,
    answer: approvalViewSchema,
    refusals: [404],
    handle: async ({ params: { id } }) => {
      const state = await findWorkflow(deps, workflowIdOfTask(id) ?? id);
      const view = state === null ? null : viewApproval(state);
      if (view?.id !== id) throw problem(404, `nothing waits for a person under the id "${id}"`);
      return view;
    },
  });
}

function decide(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'post',
    path: '/approvals/:id',
    permission: 'approve',
    summary: 'Decide: the first decision stands',
    params: approvalParams,
    body: decisionRequestSchema,
    status: 200,
    answer: decisionResultSchema,
    refusals: [404, 409, 422],
    handle: async ({ params: { id }, body, principal }) => {
      const decided = await decideApproval(deps, { approvalId: id, ...body, by: principal.name });
      if (decided.kind === 'unknown') await refuseEscalation(deps, id);
      if (decided.kind !== 'decided') throw refusalOf(decided, id);
      const { workflowId, decision } = decided;
      const { approvalId, by, at } = decision;
      return { approvalId, workflowId, decision: decision.decision, by, at };
    },
  });
}

/** Throws an HttpProblem with 422 when a workflow of that id waits for another kind of word. */
async function refuseEscalation(deps: ResourceDeps, id: string): Promise<void> {
  const state = await findWorkflow(deps, id);
  if (state === null || viewApproval(state)?.kind !== 'escalation') return;
  throw problem(
    422,
    'this is an escalation: POST to /api/v1/workflows/:id/retry, /cancel, /override or /skip',
  );
}

function refusalOf(refused: Exclude<Decided, { kind: 'decided' }>, id: string): HttpProblem {
  switch (refused.kind) {
    case 'unknown':
      return problem(404, `nobody was ever asked anything under the id "${id}"`);
    case 'already':
      return problem(409, describe(refused.decision));
    case 'late':
      return problem(409, `it is too late to decide this: ${refused.why}`);
    case 'not-allowed':
      return problem(403, refused.why);
    case 'wrong-decision': {
      const message = `expected ${refused.possible.join(' or ')}`;
      const errors = [{ path: 'decision', message }];
      const detail = 'this cannot be said to what is asked';
      return new HttpProblem({ status: 422, title: titleOfStatus(422), detail, errors });
    }
  }
}

function describe({ by, decision, at, comment }: StoredDecision): string {
  const words = comment === '' ? '' : `, saying: ${comment}`;
  return `${by} decided "${decision}" at ${at}${words}; the first decision stands`;
}
