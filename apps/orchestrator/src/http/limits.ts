import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import type { Access } from '../access.ts';
import { HttpProblem, problem, titleOfStatus } from './problem.ts';

interface Limit {
  /** Requests per address. */
  readonly max: number;
  /** In milliseconds. */
  readonly window: number;
}

export interface RateLimit extends Limit {
  /** Requests per name, from whatever address, of who is signed in. */
  readonly signedInMax: number;
}

/** Wrong tokens per address: a person mistypes, a program guesses. */
const GUESSES: Limit = { max: 10, window: 60_000 };

/** Deliveries per address that were refused, or that are under way; those that came through are not counted. */
const DELIVERIES: Limit = { max: 600, window: 60_000 };

const COMMON: Partial<Options> = {
  // On loopback nobody is counted: whoever is there could stop the process as well.
  skip: isFromLoopback,
  legacyHeaders: false,
  // No proxy is trusted, so these headers mean nothing, and are no reason for a complaint.
  validate: { xForwardedForHeader: false, forwardedHeader: false },
};

/**
 * Counts requests per address, and of who is signed in per name: behind a gateway all people share one address, and one
 * page that is kept open asks more than a stranger may.
 */
export function createRateLimit({ max, signedInMax, window }: RateLimit, access: Access): RequestHandler {
  const nameOf = ({ headers }: Request) =>
    access.identify({ authorization: headers.authorization, cookie: headers.cookie })?.name ?? null;
  return rateLimit({
    ...COMMON,
    windowMs: window,
    limit: (request) => (nameOf(request) === null ? max : signedInMax),
    keyGenerator: (request) => {
      const name = nameOf(request);
      return name === null ? ipKeyGenerator(request.ip ?? '') : `name ${name}`;
    },
    // What is left would tell a right token from a wrong one, also while wrong ones are shut out.
    standardHeaders: false,
    handler: (request, response, next) => {
      const name = nameOf(request);
      response.set('Retry-After', String(Math.ceil(window / 1000)));
      const who = name === null ? `${max} requests` : `${signedInMax} requests by ${name}`;
      next(problem(429, `more than ${who} within ${window / 1000} s`));
    },
  });
}

/** Keeps whoever signs wrongly from having us look through body after body. */
export function createWebhookLimit({ max, window }: Limit = DELIVERIES): RequestHandler {
  return rateLimit({
    ...COMMON,
    windowMs: window,
    limit: max,
    skipSuccessfulRequests: true,
    standardHeaders: false,
    handler: (_request, response, next) => {
      response.set('Retry-After', String(Math.ceil(window / 1000)));
      next(problem(429, `more than ${max} deliveries were refused within ${window / 1000} s`));
    },
  });
}

/** Counts wrong tokens per address. */
export interface GuessLimit {
  /** Throws an HttpProblem with 429 when there were too many, whatever token comes now. */
  check(request: Request): Promise<void>;
  count(request: Request, response: Response): Promise<void>;
}

export function createGuessLimit({ max, window }: Limit = GUESSES): GuessLimit {
  const counter = rateLimit({
    ...COMMON,
    windowMs: window,
    limit: max,
    handler: (_request, _response, next) => next(),
  });
  return {
    check: async ({ ip = '' }) => {
      const seen = await counter.getKey(ipKeyGenerator(ip));
      if (seen === undefined || seen.totalHits < max) return;
      throw tooManyGuesses((seen.resetTime?.getTime() ?? 0) - Date.now());
    },
    count: (request, response) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      counter(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
      return promise;
    },
  };
}

function tooManyGuesses(leftMs: number): HttpProblem {
  const seconds = Math.max(1, Math.ceil(leftMs / 1000));
  const detail = `too many wrong tokens came from this address; try again in ${seconds} s`;
  return new HttpProblem(
    { status: 429, title: titleOfStatus(429), detail },
    { 'Retry-After': String(seconds) },
  );
}

function isFromLoopback({ ip = '' }: Request): boolean {
  return ip === '::1' || /^(::ffff:)?127\./.test(ip);
}
