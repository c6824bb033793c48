import {
  agentViewSchema,
  approvalViewSchema,
  artifactViewSchema,
  budgetViewSchema,
  explanationSchema,
  healthSchema,
  issueVerdictSchema,
  problemSchema,
  projectViewSchema,
  queueViewSchema,
  relayedEventSchema,
  sessionViewSchema,
  taskDetailSchema,
  taskViewSchema,
  workerViewSchema,
  workflowStateSchema,
} from '@tamma/contracts';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { WEBHOOK_PATHS } from '../webhooks/webhook-paths.ts';
import type { Endpoint } from './endpoint.ts';
import { PROBE_PATHS } from './probe-paths.ts';
import { type ProblemStatus, titleOfStatus } from './problem.ts';

const API = '/api/v1';
const PROBLEM = { 'application/problem+json': { schema: problemSchema } };
const SECURITY = [{ bearer: [] }, { session: [] }];
/** What any endpoint may answer. */
const SHARED: readonly ProblemStatus[] = [400, 429, 500, 503];

/** The API as OpenAPI 3.1, made from the schemas that requests are parsed with. */
export function describeApi(endpoints: readonly Endpoint[], version: string) {
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Tamma',
      version,
      description:
        'Turns eligible issues into merged pull requests. Errors are problem+json (RFC 9457); lists are {items, next}.',
    },
    servers: [{ url: '/' }],
    security: SECURITY,
    tags: [...new Set(endpoints.map(tagOf))].map((name) => ({ name })),
    paths: { ...pathsOf(endpoints), ...WEBHOOK_PATHS, ...PROBE_PATHS },
    components: {
      schemas: COMPONENTS,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'a token of TAMMA_TOKENS or TAMMA_TOKEN' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tamma-session',
          description: 'set by POST /session',
        },
      },
    },
  });
}

/** Named once, and referred to wherever they are used. */
const COMPONENTS = {
  Agent: agentViewSchema,
  Approval: approvalViewSchema,
  Artifact: artifactViewSchema,
  Budget: budgetViewSchema,
  Event: relayedEventSchema,
  Explanation: explanationSchema,
  Health: healthSchema,
  IssueVerdict: issueVerdictSchema,
  Problem: problemSchema,
  Project: projectViewSchema,
  Queue: queueViewSchema,
  Session: sessionViewSchema,
  Task: taskViewSchema,
  TaskDetail: taskDetailSchema,
  Worker: workerViewSchema,
  Workflow: workflowStateSchema,
};

function pathsOf(endpoints: readonly Endpoint[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const one of endpoints) {
    const path = `${API}${one.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [one.method]: operationOf(one) };
  }
  return paths;
}

function operationOf(one: Endpoint): ZodOpenApiOperationObject {
  const requestBody = { required: true, content: { 'application/json': { schema: one.body } } };
  return {
    operationId: operationIdOf(one),
    summary: one.summary,
    tags: [tagOf(one)],
    security: one.permission === 'none' ? [] : SECURITY,
    requestParams: { path: one.params, query: one.query },
    ...(one.method === 'post' ? { requestBody } : {}),
    responses: { ...answerOf(one), ...refusalsOf(one) },
  };
}

function operationIdOf({ method, path }: Endpoint): string {
  const words = path
    .split('/')
    .map((part) => part.replace(/^:(\w)/, (_, first: string) => `By${first.toUpperCase()}`));
  return `${method}${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')}`;
}

function tagOf({ path }: Endpoint): string {
  return path.split('/')[1] ?? 'other';
}

function answerOf({ status, summary, answer }: Endpoint) {
  if (status === 204) return { '204': { description: summary } };
  return { [`${status}`]: { description: summary, content: { 'application/json': { schema: answer } } } };
}

function refusalsOf({ permission, method, refusals }: Endpoint) {
  const access: ProblemStatus[] = permission === 'view' ? [401] : permission === 'none' ? [] : [401, 403];
  const body: ProblemStatus[] = method === 'post' ? [403, 413, 415] : [];
  const all = new Set([...SHARED, ...access, ...body, ...refusals]);
  const entries = [...all]
    .toSorted()
    .map((status) => [`${status}`, { description: titleOfStatus(status), content: PROBLEM }]);
  return Object.fromEntries(entries);
}
