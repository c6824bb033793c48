import { setTimeout as delay } from 'node:timers/promises';
import {
  decideRetry,
  type ErrorClass,
  type ErrorReport,
  type RetryDecision,
  type RetryStrategy,
  reportError,
  retryDelayMs,
  TammaError,
  toError,
} from '@tamma/domain';
import { createRetryCounts, type RetryStats } from './retry-attempts.ts';

const CLASSES_RETRIED: readonly ErrorClass[] = ['network'];

export interface RetryAttempt {
  readonly taskId: string;
  /** Which retry it is, from one. */
  readonly retry: number;
  readonly delayMs: number;
  /** Why it is tried again. */
  readonly error: ErrorReport;
}

/** Takes the place of the limit and the delays that the class of an error has by itself. */
export interface RetryRuleOverride {
  readonly strategy: RetryStrategy;
  readonly retriesMax: number;
  readonly firstDelayMs: number;
  readonly capMs: number;
}

export interface RetryHandlerOptions {
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number;
  /** Resolves after `ms`, rejects when the signal aborts. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** Told before each wait. What it throws ends the operation. */
  readonly onAttempt: (attempt: RetryAttempt) => void;
  /** Classes of errors that are tried again here; `network` alone unless said otherwise. */
  readonly classesRetried?: readonly ErrorClass[];
  readonly rule?: RetryRuleOverride;
}

export interface RetryHandler {
  /**
   * Runs the operation until it succeeds, at most as often as the class of its error allows. Throws what it threw last:
   * as it is when that is not tried again, and as a TammaError of the same code, class and message that is marked
   * `exhausted` when all retries failed. Once the signal aborts, its reason is thrown: at once from a wait, and after the
   * operation, whose effects nobody else could end, from a run.
   */
  executeWithRetry<Result>(
    operation: () => Promise<Result>,
    taskId: string,
    signal?: AbortSignal,
  ): Promise<Result>;
  /** Runs it once and counts it; whatever it throws is thrown. */
  executeOnce<Result>(operation: () => Promise<Result>, taskId: string): Promise<Result>;
  /** How often operations of this task were run; 0 for one that is not remembered any more. */
  getAttempts(taskId: string): number;
  getStats(): RetryStats;
}

export function createRetryHandler(options: RetryHandlerOptions): RetryHandler {
  const { sleep = sleepFor, onAttempt } = options;
  const counts = createRetryCounts();

  const runAll = async <Result>(
    operation: () => Promise<Result>,
    taskId: string,
    signal?: AbortSignal,
  ): Promise<Result> => {
    for (let failures = 1; ; failures += 1) {
      signal?.throwIfAborted();
      counts.countAttempt(taskId);
      try {
        return await operation();
      } catch (thrown) {
        signal?.throwIfAborted();
        const decision = decide(options, thrown, failures);
        if (decision === 'not-retried') throw thrown;
        if (!decision.retry) throw exhausted(thrown);
        counts.count('retries');
        const { delayMs } = decision;
        onAttempt({ taskId, retry: failures, delayMs, error: reportError(thrown) });
        await rest(sleep, delayMs, signal);
      }
    }
  };

  const counted = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    counts.count('operations');
    try {
      const result = await run();
      counts.count('successes');
      return result;
    } catch (thrown) {
      counts.count('failures');
      throw thrown;
    }
  };

  return {
    executeWithRetry: (operation, taskId, signal) => counted(() => runAll(operation, taskId, signal)),
    executeOnce: (operation, taskId) =>
      counted(() => {
        counts.countAttempt(taskId);
        return operation();
      }),
    getAttempts: counts.attemptsOf,
    getStats: counts.stats,
  };
}

function decide(
  { classesRetried = CLASSES_RETRIED, rule, random }: RetryHandlerOptions,
  thrown: unknown,
  failures: number,
): RetryDecision | 'not-retried' {
  const known = thrown instanceof TammaError ? thrown : null;
  const errorClass = reportError(thrown).class;
  // A call that was not made, or that others retried already, gets no better by trying it again.
  if (known?.exhausted || known?.heldUntilMs !== undefined) return 'not-retried';
  if (!classesRetried.includes(errorClass)) return 'not-retried';
  const retryAfterMs = known?.retryAfterMs;
  if (rule === undefined) return decideRetry({ class: errorClass, failures, retryAfterMs, random: random() });
  if (failures > rule.retriesMax) return { retry: false };
  const delayMs = retryDelayMs({ ...rule, retry: failures, random: random() });
  const wantedMs = retryAfterMs === undefined || Number.isNaN(retryAfterMs) ? 0 : retryAfterMs;
  return { retry: true, delayMs: Math.min(Math.max(delayMs, wantedMs), rule.capMs) };
}

/** The error it was, but for the mark. */
function exhausted(thrown: unknown): TammaError {
  const { code, class: errorClass, remedy } = reportError(thrown);
  const retryAfterMs = thrown instanceof TammaError ? thrown.retryAfterMs : undefined;
  return new TammaError(code, toError(thrown).message, {
    class: errorClass,
    exhausted: true,
    cause: thrown,
    ...(remedy === undefined ? {} : { remedy }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

async function rest(
  sleep: NonNullable<RetryHandlerOptions['sleep']>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await sleep(ms, signal);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  }
}

function sleepFor(ms: number, signal?: AbortSignal): Promise<unknown> {
  return signal === undefined ? delay(ms) : delay(ms, undefined, { signal });
}
