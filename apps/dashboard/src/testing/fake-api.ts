import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { healthSchema, sessionViewSchema } from '@tamma/contracts';
import { isPermitted, type Permission } from '@tamma/domain';
import { type Answer, ok, problem } from './fake-answer.ts';
import { listAgents, listBudgets, raiseBudget } from './fake-budgets.ts';
import { control, controlQueue, listQueues } from './fake-controls.ts';
import {
  type Asked,
  decide,
  explain,
  type FakeApiDeps,
  listApprovals,
  listEvents,
  listProjects,
  listWorkers,
  listWorkflows,
  readArtifact,
} from './fake-resources.ts';
import { submit, submitTask } from './fake-submissions.ts';
import type { People } from './people.ts';

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly permission: Permission;
  readonly answer: (asked: Asked) => Answer;
}

const ROUTES: readonly Route[] = [
  { method: 'POST', path: /^\/workflows$/, permission: 'operate', answer: submit },
  { method: 'GET', path: /^\/workflows$/, permission: 'view', answer: listWorkflows },
  { method: 'GET', path: /^\/events$/, permission: 'view', answer: listEvents },
  { method: 'GET', path: /^\/workflows\/([^/]+)\/explain$/, permission: 'view', answer: explain },
  {
    method: 'GET',
    path: /^\/workflows\/([^/]+)\/artifacts\/([^/]+)$/,
    permission: 'view',
    answer: readArtifact,
  },
  {
    method: 'POST',
    path: /^\/workflows\/([^/]+)\/(cancel|retry|suspend|resume|priority|skip)$/,
    permission: 'operate',
    answer: control,
  },
  { method: 'POST', path: /^\/workflows\/([^/]+)\/(override)$/, permission: 'approve', answer: control },
  { method: 'POST', path: /^\/tasks$/, permission: 'operate', answer: submitTask },
  { method: 'GET', path: /^\/queues$/, permission: 'view', answer: listQueues },
  {
    method: 'POST',
    path: /^\/queues\/([^/]+)\/(pause|resume)$/,
    permission: 'operate',
    answer: controlQueue,
  },
  { method: 'GET', path: /^\/approvals$/, permission: 'view', answer: listApprovals },
  { method: 'POST', path: /^\/approvals\/([^/]+)$/, permission: 'approve', answer: decide },
  { method: 'GET', path: /^\/projects$/, permission: 'view', answer: listProjects },
  { method: 'GET', path: /^\/agents$/, permission: 'view', answer: listAgents },
  { method: 'GET', path: /^\/budgets$/, permission: 'view', answer: listBudgets },
  { method: 'POST', path: /^\/budgets\/raise$/, permission: 'operate', answer: raiseBudget },
  { method: 'GET', path: /^\/workers$/, permission: 'view', answer: listWorkers },
];

/** Answers what lies under /api/v1, and /health; null for what does not. */
export async function answerApi(request: IncomingMessage, deps: FakeApiDeps): Promise<Answer | null> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/health') return ok(healthSchema, deps.world.health);
  if (!pathname.startsWith('/api/v1/')) return null;
  const path = pathname.slice('/api/v1'.length);
  const body = request.method === 'POST' ? JSON.parse(await text(request)) : null;
  if (path === '/session') return session(request, body, deps.people);
  const person = deps.people.identify(request.headers.cookie);
  if (person === null) return problem(401, 'this needs a token');
  const failure = deps.world.failures.get(path);
  if (failure !== undefined) return failure;
  for (const route of ROUTES) {
    const match = route.path.exec(path);
    if (match === null || route.method !== request.method) continue;
    if (!isPermitted(person, route.permission)) return problem(403, `${person.name} may not do this`);
    const params = match.slice(1).map(decodeURIComponent);
    return route.answer({ path, query, body, deps, name: person.name, params });
  }
  return problem(404, `there is nothing at ${path}`);
}

function session(request: IncomingMessage, body: unknown, people: People): Answer {
  if (request.method === 'DELETE') {
    return { status: 204, body: null, headers: { 'Set-Cookie': `${people.cookieName}=; Path=/; Max-Age=0` } };
  }
  const token = request.method === 'POST' && isSignIn(body) ? body.token : null;
  const person = token === null ? people.identify(request.headers.cookie) : people.byToken(token);
  if (person === null) return problem(401, 'this token is not one of ours');
  const answer = ok(sessionViewSchema, person);
  return token === null
    ? answer
    : { ...answer, headers: { 'Set-Cookie': `${people.cookieName}=${token}; Path=/` } };
}

function isSignIn(body: unknown): body is { readonly token: string } {
  return typeof body === 'object' && body !== null && 'token' in body && typeof body.token === 'string';
}
