import { type Permission, type Principal, TammaError } from '@tamma/domain';
import { settleWithin } from '@tamma/process';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { z } from 'zod';
import type { Door } from './door.ts';
import { type ProblemStatus, problem, wrongMethod } from './problem.ts';

const BODY_BYTES_MAX = 1024 * 1024;
/** Servers behind this one may be away without a word; whoever asks learns that in time. */
const ANSWER_WITHIN_MS = 8000;

/** A request as a handler sees it: parsed, and from somebody who may make it. */
interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Without a name where nobody has to be known. */
  readonly principal: Principal;
  readonly request: Request;
  readonly response: Response;
}

interface Described {
  readonly method: 'get' | 'post' | 'delete';
  /** Below `/api/v1`, as Express writes it: `/workflows/:id`. */
  readonly path: string;
  /** `none` is for signing in and out. */
  readonly permission: Permission | 'none';
  /** One line for the documentation. */
  readonly summary: string;
  /** 204 has no body. */
  readonly status: 200 | 201 | 204;
  /** Refusals beside those that every endpoint shares. */
  readonly refusals: readonly ProblemStatus[];
}

interface EndpointSpec<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType, Answer>
  extends Described {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly answer: z.ZodType<Answer>;
  readonly handle: (
    call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => Answer | Promise<Answer>;
}

/** One verb on one path, with all that its documentation needs. */
export interface Endpoint extends Described {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  readonly answer: z.ZodType;
  readonly respond: (request: Request, response: Response, principal: Principal) => Promise<unknown>;
}

/** For an endpoint that is asked nothing; spread into it. */
export const NO_INPUT = { params: z.strictObject({}), query: z.strictObject({}), body: z.undefined() };
const NOBODY: Principal = { name: '', roles: [] };

/** Ties the types of schemas and handler together. */
export function endpoint<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer,
>(spec: EndpointSpec<Params, Query, Body, Answer>): Endpoint {
  const { params, query, body, handle, ...described } = spec;
  return {
    ...described,
    params,
    query,
    body,
    respond: async (request, response, principal) =>
      handle({
        params: params.parse(request.params),
        query: query.parse(request.query),
        body: body.parse(request.body),
        principal,
        request,
        response,
      }),
  };
}

/** Puts the endpoints on a router, and a refusal behind each path for the verbs that it does not know. */
export function mountEndpoints(router: Router, endpoints: readonly Endpoint[], door: Door): void {
  const paths = Map.groupBy(endpoints, ({ path }) => path);
  for (const [path, group] of paths) {
    const route = router.route(path);
    for (const one of group) route[one.method](handlerOf(one, door));
    route.all(admitViewers(door), wrongMethod(...group.flatMap(verbsOf)));
  }
}

/** Whoever is not known learns nothing of what is there and what is not. */
export function admitViewers(door: Door): RequestHandler {
  return async (request, response, next) => {
    await door.admit(request, response, 'view');
    next();
  };
}

function verbsOf({ method }: Endpoint): string[] {
  return method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
}

function handlerOf(one: Endpoint, door: Door): RequestHandler {
  return async (request, response) => {
    const principal = await principalOf(one, door, { request, response });
    if (one.method === 'post') await readBody(request, response);
    const body = await settleWithin(one.respond(request, response, principal), ANSWER_WITHIN_MS, tooSlow);
    response.status(one.status);
    if (one.status === 204) response.end();
    else response.json(body);
  };
}

function principalOf({ permission }: Endpoint, door: Door, { request, response }: Exchange) {
  return permission === 'none' ? NOBODY : door.admit(request, response, permission);
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

const parseJson = express.json({ limit: BODY_BYTES_MAX, type: () => true });

/** Only JSON: a form that some page sends with a visitor's cookie is none. */
async function readBody(request: Request, response: Response): Promise<void> {
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw problem(415, 'the body must be JSON, with "Content-Type: application/json"');
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parseJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  await promise;
}

function tooSlow(): TammaError {
  const message = `a server behind this one did not answer within ${ANSWER_WITHIN_MS} ms`;
  return new TammaError('ANSWER_TIMEOUT', message, { class: 'network' });
}
