import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit';
import { HttpProblem, problem, titleOfStatus } from './problem.ts';

export interface RateLimit {
  /** Requests per address. */
  readonly max: number;
  /** In milliseconds. */
  readonly window: number;
}

/** Wrong tokens per address: a person mistypes, a program guesses. */
const GUESSES: RateLimit = { max: 10, window: 60_000 };

const COMMON: Partial<Options> = {
  // On loopback nobody is counted: whoever is there could stop the process as well.
  skip: isFromLoopback,
  legacyHeaders: false,
  // No proxy is trusted, so these headers mean nothing, and are no reason for a complaint.
  validate: { xForwardedForHeader: false, forwardedHeader: false },
};

/** Counts requests per address. */
export function createRateLimit({ max, window }: RateLimit): RequestHandler {
  return rateLimit({
    ...COMMON,
    windowMs: window,
    limit: max,
    standardHeaders: 'draft-8',
    handler: (_request, _response, next) => {
      next(problem(429, `more than ${max} requests within ${window / 1000} s came from this address`));
    },
  });
}

/** Counts wrong tokens per address. */
export interface GuessLimit {
  /** Throws an HttpProblem with 429 when there were too many, whatever token comes now. */
  check(request: Request): Promise<void>;
  count(request: Request, response: Response): Promise<void>;
}

export function createGuessLimit({ max, window }: RateLimit = GUESSES): GuessLimit {
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
