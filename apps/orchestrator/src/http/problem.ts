import type { Problem } from '@tamma/contracts';
import { reportError, TammaError } from '@tamma/domain';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { ZodError, type z } from 'zod';

type Answer = Omit<Problem, 'type'>;

/** An answer that is a refusal: thrown where it is found out, sent at the last stop. */
export class HttpProblem extends Error {
  readonly problem: Answer;
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: Answer, headers: Readonly<Record<string, string>> = {}) {
    super(problem.detail ?? problem.title);
    this.name = 'HttpProblem';
    this.problem = problem;
    this.headers = headers;
  }
}

const TITLES = {
  400: 'Invalid request',
  401: 'Not signed in',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Not possible here',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
} as const;
export type ProblemStatus = keyof typeof TITLES;

export function titleOfStatus(status: ProblemStatus): string {
  return TITLES[status];
}

export function problem(status: ProblemStatus, detail: string): HttpProblem {
  return new HttpProblem({ status, title: TITLES[status], detail });
}

/** Answers with RFC 9457 problem+json. */
export function sendProblem(response: Response, answer: Answer): void {
  response
    .status(answer.status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', ...answer }));
}

export const notFound: RequestHandler = (request, response) => {
  sendProblem(response, {
    status: 404,
    title: TITLES[404],
    detail: `there is nothing at ${pathOf(request)}`,
  });
};

/** A path that is there, asked with a verb it does not know. */
export function wrongMethod(...allowed: readonly string[]): RequestHandler {
  const names = allowed.join(', ');
  return (request, response) => {
    response.set('Allow', names);
    const detail = `${pathOf(request)} answers ${names} only`;
    sendProblem(response, { status: 405, title: TITLES[405], detail });
  };
}

/** As it was asked for: a router knows only what is below its own place. */
function pathOf({ baseUrl, path }: Request): string {
  return `${baseUrl}${path}`;
}

/** The last stop of every error: what the caller did wrong in detail, what we did wrong without any. */
export function errorHandler(onError: (error: unknown, path: string) => void): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const answer = answerTo(thrown);
    if (answer.status >= 500) onError(thrown, request.path);
    // Half an answer cannot be taken back; cut off, it cannot be mistaken for a whole one.
    if (response.headersSent) return void response.destroy();
    if (thrown instanceof HttpProblem) response.set(thrown.headers);
    sendProblem(response, answer);
  };
}

function answerTo(thrown: unknown): Answer {
  if (thrown instanceof HttpProblem) return thrown.problem;
  if (thrown instanceof ZodError) {
    return { status: 400, title: TITLES[400], errors: thrown.issues.flatMap(fieldsOf) };
  }
  if (isClientError(thrown)) return refusalOf(thrown);
  const report = reportError(thrown);
  if (thrown instanceof TammaError && report.class === 'validation') {
    const path = FIELD_OF_CODE.get(report.code);
    const errors = path === undefined ? {} : { errors: [{ path, message: report.message }] };
    return { status: 400, title: TITLES[400], detail: report.message, ...errors };
  }
  if (report.class === 'network' || REDIS_AWAY.test(report.message)) {
    const detail = 'a server behind this one does not answer; try again';
    return { status: 503, title: TITLES[503], detail };
  }
  return { status: 500, title: TITLES[500] };
}

/** What the Redis client says, without a code, while it has no connection. */
const REDIS_AWAY = /^(Connection is closed|Stream isn't writeable|Reached the max retries per request limit)/;

/** Parameters that only the store can judge. */
const FIELD_OF_CODE: ReadonlyMap<string, string> = new Map([
  ['CURSOR_INVALID', 'after'],
  ['OFFSET_INVALID', 'since'],
]);

type Field = NonNullable<Problem['errors']>[number];

function fieldsOf(issue: z.core.$ZodIssue): Field[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((path) => ({ path, message: 'there is no such parameter' }));
  }
  return [{ path: issue.path.join('.'), message: issue.message }];
}

interface ClientError {
  readonly status: number;
  readonly message: string;
  readonly type?: unknown;
}

/** What Express and its parsers themselves refuse, such as a path that is no valid URL. */
function isClientError(thrown: unknown): thrown is ClientError {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return false;
  return typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500;
}

function refusalOf({ status, type, message }: ClientError): Answer {
  if (status === 413) return { status, title: TITLES[413], detail: 'a body may have 1 MB at most' };
  if (status === 415) return { status, title: TITLES[415], detail: message };
  // The parser's own words repeat a piece of the body.
  if (type === 'entity.parse.failed') {
    return { status: 400, title: TITLES[400], detail: 'the body is not valid JSON' };
  }
  return { status, title: TITLES[400], detail: message };
}
