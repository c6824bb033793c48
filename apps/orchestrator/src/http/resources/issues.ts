import { issueVerdictListSchema, issueVerdictSchema } from '@tamma/contracts';
import type { Claims, IssueVerdict, Verdicts } from '@tamma/store';
import { z } from 'zod';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { page } from '../query.ts';

export interface IssueDeps {
  readonly verdicts: Pick<Verdicts, 'find' | 'list'>;
  readonly claims: Pick<Claims, 'findIssues'>;
  readonly projects: readonly { readonly project: { readonly id: string } }[];
}

const projectParams = z.object({ id: z.string().describe('id of a project') });
/** Numbers that a path or a page may have; beyond it they lose digits. */
const issueNumber = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
const issueParams = projectParams.extend({ number: issueNumber.describe('number of an issue') });
const listQuery = z.strictObject({
  ...page,
  after: issueNumber.optional().describe('the "next" of the page before, unchanged'),
  eligible: z.enum(['true', 'false']).optional().describe('those that are taken, or those that are not'),
});

/** The latest verdict on each issue, whoever judged it. */
export function issueEndpoints(deps: IssueDeps): Endpoint[] {
  return [list(deps), read(deps)];
}

function list(deps: IssueDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/projects/:id/issues',
    permission: 'view',
    summary: 'The issues of a project by number: whether each is taken, and every reason why not',
    params: projectParams,
    query: listQuery,
    status: 200,
    answer: issueVerdictListSchema,
    refusals: [404],
    handle: async ({ params: { id }, query: { eligible, limit, after } }) => {
      requireProject(deps, id);
      const wanted = eligible === undefined ? undefined : eligible === 'true';
      const found = await deps.verdicts.list({ project: id, eligible: wanted, limit, after });
      // A full page may be the last one; the next is empty then.
      const next = found.length < limit ? null : String(found.at(-1)?.issue);
      return { items: await withWorkflows(deps, id, found), next };
    },
  });
}

function read(deps: IssueDeps): Endpoint {
  return endpoint({
    ...NO_INPUT,
    method: 'get',
    path: '/projects/:id/issues/:number',
    permission: 'view',
    summary: 'One issue: whether it is taken, since when, and every reason why not',
    params: issueParams,
    status: 200,
    answer: issueVerdictSchema,
    refusals: [404],
    handle: async ({ params: { id, number } }) => {
      requireProject(deps, id);
      const found = await deps.verdicts.find(id, number);
      if (found === null) throw neverJudged(id, number);
      const [claim] = await deps.claims.findIssues(id, [number]);
      return present(found, claim?.workflowId);
    },
  });
}

async function withWorkflows({ claims }: IssueDeps, project: string, verdicts: readonly IssueVerdict[]) {
  const numbers = verdicts.map(({ issue }) => issue);
  const claimed = await claims.findIssues(project, numbers);
  const workflows = new Map(claimed.map(({ issue, workflowId }) => [issue, workflowId]));
  return verdicts.map((verdict) => present(verdict, workflows.get(verdict.issue)));
}

function present(verdict: IssueVerdict, workflowId: string | undefined) {
  return { ...verdict, reasons: [...verdict.reasons], workflowId: workflowId ?? null };
}

function requireProject({ projects }: IssueDeps, id: string): void {
  if (projects.some(({ project }) => project.id === id)) return;
  throw problem(404, `there is no project "${id}"`);
}

function neverJudged(project: string, number: number): HttpProblem {
  return problem(
    404,
    `issue ${number} of ${project} was never judged: it is not there, it was closed before the project was watched, or intake has not come to it`,
  );
}
