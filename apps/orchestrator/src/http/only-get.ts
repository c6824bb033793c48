import type { RequestHandler } from 'express';
import { wrongMethod } from './problem.ts';

const refuse = wrongMethod('GET', 'HEAD');

/** For what only looks. */
export const onlyGet: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  return refuse(request, response, next);
};
