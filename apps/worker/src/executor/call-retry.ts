import type { ServiceCall } from '@tamma/coordination';
import { toError } from '@tamma/domain';
import { createRetryHandler, type RetryAttempt } from '@tamma/process';
import type { ExecutorDeps } from './deps.ts';
import type { Teller } from './teller.ts';

interface RetriedCall extends ServiceCall {
  readonly taskId: string;
  /** Nothing is tried again once it is up. */
  readonly signal: AbortSignal;
}

export type RetryCall = <Value>(about: RetriedCall, tryOnce: () => Promise<Value>) => Promise<Value>;

type RetryDeps = Pick<ExecutorDeps, 'eventLog' | 'logger' | 'random' | 'sleep'>;

/** Tries a call again while the network is in trouble, each time told. One that failed with all its tries says so. */
export function retryCalls(deps: RetryDeps, teller: Teller): RetryCall {
  const { random, sleep } = deps;
  return ({ taskId, signal, ...call }, tryOnce) => {
    let told = Promise.resolve();
    const handler = createRetryHandler({
      random,
      sleep: (ms) => sleep(ms, signal),
      onAttempt: (attempt) => {
        told = tellRetry(deps, teller, { call, attempt });
      },
    });
    return handler.executeWithRetry(() => told.then(tryOnce), taskId, signal);
  };
}

/** A retry that nobody could be told of is made all the same. */
async function tellRetry(
  { eventLog, logger }: RetryDeps,
  teller: Teller,
  { call, attempt }: { readonly call: ServiceCall; readonly attempt: RetryAttempt },
): Promise<void> {
  const { error, retry: retryCount, delayMs: retryDelayMs } = attempt;
  const data = { ...call, error, retryCount, retryDelayMs };
  try {
    await eventLog.append([teller.event({ type: 'CALL.RETRY.SCHEDULED', data })]);
  } catch (thrown) {
    logger.warn({ ...call, error: toError(thrown).message }, 'retry of a call not told');
  }
}
