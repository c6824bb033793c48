import type { ErrorClass } from './errors.ts';

interface RetryRule {
  readonly retriesMax: number;
  readonly firstDelayMs: number;
  readonly capMs: number;
  readonly strategy: RetryStrategy;
}

const NEVER: RetryRule = { retriesMax: 0, firstDelayMs: 0, capMs: 0, strategy: 'exponential' };

const RULES: Readonly<Record<ErrorClass, RetryRule>> = {
  network: { retriesMax: 3, firstDelayMs: 1000, capMs: 30_000, strategy: 'exponential' },
  'rate-limit': { retriesMax: 1, firstDelayMs: 60_000, capMs: 3_600_000, strategy: 'exponential' },
  model: { retriesMax: 3, firstDelayMs: 0, capMs: 0, strategy: 'exponential' },
  unknown: { retriesMax: 3, firstDelayMs: 1000, capMs: 60_000, strategy: 'jittered' },
  authentication: NEVER,
  validation: NEVER,
  system: NEVER,
  gate: NEVER,
  conflict: NEVER,
  budget: NEVER,
};

/** The most runs any class allows: the queue's own outer limit. */
export const ATTEMPTS_MAX = 1 + Math.max(...Object.values(RULES).map((rule) => rule.retriesMax));

/** Pick-ups after which a task counts as a crash loop, whatever its errors were. */
export const PICK_UPS_MAX = 10;

export const RETRY_STRATEGIES = ['linear', 'exponential', 'jittered'] as const;
export type RetryStrategy = (typeof RETRY_STRATEGIES)[number];

/** Share that `jittered` adds to, or takes from, the exponential delay. */
const JITTER = 0.5;
/** Enough to reach any cap; far more would leave the range of numbers. */
const DOUBLINGS_MAX = 50;

export interface RetryDelay {
  readonly strategy: RetryStrategy;
  readonly firstDelayMs: number;
  readonly capMs: number;
  /** Which retry it is before, from one. */
  readonly retry: number;
  /** A number in [0, 1); the caller owns the randomness. */
  readonly random: number;
}

/** linear 1, 2, 3 s; exponential 1, 2, 4, 8 s; jittered: exponential, up to half more or less. Never above the cap. */
export function retryDelayMs({ strategy, firstDelayMs, capMs, retry, random }: RetryDelay): number {
  if (strategy === 'linear') return Math.min(firstDelayMs * retry, capMs);
  const doublings = Math.min(retry - 1, DOUBLINGS_MAX);
  const exponential = Math.min(firstDelayMs * 2 ** doublings, capMs);
  const factor = strategy === 'jittered' ? 1 + JITTER * (2 * random - 1) : 1;
  return Math.round(Math.min(exponential * factor, capMs));
}

export interface RetryQuestion {
  readonly class: ErrorClass;
  /** Failed runs so far, this one included. */
  readonly failures: number;
  readonly retryAfterMs?: number | undefined;
  /** The failed call was retried already, so trying it once more at once is of no use. */
  readonly exhausted?: boolean;
  /** A number in [0, 1); the caller owns the randomness. */
  readonly random: number;
}

export type RetryDecision = { readonly retry: true; readonly delayMs: number } | { readonly retry: false };

export function decideRetry(question: RetryQuestion): RetryDecision {
  const rule = RULES[question.class];
  if (question.exhausted === true || question.failures > rule.retriesMax) return { retry: false };
  if (question.retryAfterMs !== undefined && !Number.isNaN(question.retryAfterMs)) {
    return { retry: true, delayMs: Math.min(Math.max(0, question.retryAfterMs), rule.capMs) };
  }
  const delayMs = retryDelayMs({ ...rule, retry: question.failures, random: question.random });
  return { retry: true, delayMs };
}
