import type { Problem } from '@tamma/contracts';
import { reportError, TammaError } from '@tamma/domain';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { ZodError, type z } from 'zod';

/** Answers with RFC 9457 problem+json. */
export function sendProblem(response: Response, problem: Omit<Problem, 'type'>): void {
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', ...problem }));
}

export const notFound: RequestHandler = (request, response) => {
  sendProblem(response, { status: 404, title: 'Not found', detail: `there is nothing at ${request.path}` });
};

/** A path that is there, asked with a verb it does not know. */
export const wrongMethod: RequestHandler = (request, response) => {
  response.set('Allow', 'GET, HEAD');
  const detail = `${request.path} answers GET only`;
  sendProblem(response, { status: 405, title: 'Method not allowed', detail });
};

/** The last stop of every error: what the caller did wrong in detail, what we did wrong without any. */
export function errorHandler(onError: (error: unknown, path: string) => void): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const problem = problemOf(thrown);
    if (problem.status >= 500) onError(thrown, request.path);
    // Half an answer cannot be taken back; cut off, it cannot be mistaken for a whole one.
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
  };
}

function problemOf(thrown: unknown): Omit<Problem, 'type'> {
  if (thrown instanceof ZodError) {
    return { status: 400, title: 'Invalid request', errors: thrown.issues.flatMap(fieldsOf) };
  }
  if (isClientError(thrown))
    return { status: thrown.status, title: 'Invalid request', detail: thrown.message };
  const report = reportError(thrown);
  if (thrown instanceof TammaError && report.class === 'validation') {
    const path = FIELD_OF_CODE.get(report.code);
    const errors = path === undefined ? {} : { errors: [{ path, message: report.message }] };
    return { status: 400, title: 'Invalid request', detail: report.message, ...errors };
  }
  if (report.class === 'network') {
    return {
      status: 503,
      title: 'Unavailable',
      detail: 'a server behind this one does not answer; try again',
    };
  }
  return { status: 500, title: 'Internal error' };
}

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

/** What Express itself refuses, such as a path that is no valid URL. */
function isClientError(thrown: unknown): thrown is { status: number; message: string } {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return false;
  return typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500;
}
