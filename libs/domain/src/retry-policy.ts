import type { ErrorClass } from './errors.ts';

interface RetryRule {
  readonly retriesMax: number;
  readonly firstDelayMs: number;
  readonly capMs: number;
  /** Share of the delay that may be added or taken away, 0 to 1. */
  readonly jitter: number;
}

const NEVER: RetryRule = { retriesMax: 0, firstDelayMs: 0, capMs: 0, jitter: 0 };

const RULES: Readonly<Record<ErrorClass, RetryRule>> = {
  network: { retriesMax: 3, firstDelayMs: 1000, capMs: 30_000, jitter: 0 },
  'rate-limit': { retriesMax: 1, firstDelayMs: 60_000, capMs: 3_600_000, jitter: 0 },
  model: { retriesMax: 3, firstDelayMs: 0, capMs: 0, jitter: 0 },
  unknown: { retriesMax: 3, firstDelayMs: 1000, capMs: 60_000, jitter: 0.5 },
  authentication: NEVER,
  validation: NEVER,
  system: NEVER,
  gate: NEVER,
  conflict: NEVER,
};

/** The most runs any class allows: the queue's own outer limit. */
export const ATTEMPTS_MAX = 1 + Math.max(...Object.values(RULES).map((rule) => rule.retriesMax));

/** Pick-ups after which a task counts as a crash loop, whatever its errors were. */
export const PICK_UPS_MAX = 10;

export interface RetryQuestion {
  readonly class: ErrorClass;
  /** Failed runs so far, this one included. */
  readonly failures: number;
  readonly retryAfterMs?: number | undefined;
  /** A number in [0, 1); the caller owns the randomness. */
  readonly random: number;
}

export type RetryDecision = { readonly retry: true; readonly delayMs: number } | { readonly retry: false };

export function decideRetry(question: RetryQuestion): RetryDecision {
  const rule = RULES[question.class];
  if (question.failures > rule.retriesMax) return { retry: false };
  if (question.retryAfterMs !== undefined && !Number.isNaN(question.retryAfterMs)) {
    return { retry: true, delayMs: Math.min(Math.max(0, question.retryAfterMs), rule.capMs) };
  }
  const exponential = Math.min(rule.firstDelayMs * 2 ** (question.failures - 1), rule.capMs);
  const factor = 1 + rule.jitter * (2 * question.random - 1);
  return { retry: true, delayMs: Math.round(Math.min(exponential * factor, rule.capMs)) };
}
