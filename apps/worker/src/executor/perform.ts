import { setTimeout as sleep } from 'node:timers/promises';
import { escalate, type Outcome, reportError, TammaError } from '@tamma/domain';
import type { Step } from '@tamma/steps';
import { AttemptAborted } from './abort.ts';
import type { Gathered } from './step-context.ts';

/** How long a step that was told to stop has to return before its end is no longer waited for. */
const ABORT_GRACE_MS = 5000;

/** An outcome of the step, or why it was stopped from outside. */
export type Performed =
  | Outcome<unknown>
  | { readonly kind: 'aborted'; readonly by: 'shutdown' | 'overtaken' };

/** Runs the step and turns everything that can come out of it into a value. */
export async function performStep(step: Step, gathered: Gathered): Promise<Performed> {
  const { signal } = gathered.context;
  try {
    const outcome = await Promise.race([step.run(gathered.context), afterAbort(signal)]);
    return checkOutcome(step, outcome);
  } catch (thrown) {
    return outcomeOfError(signal.aborted ? signal.reason : thrown);
  }
}

/** Rejects when the signal has been up for the grace period: a step that ignores it must not hold the worker. */
async function afterAbort(signal: AbortSignal): Promise<never> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await sleep(ABORT_GRACE_MS);
  throw signal.reason;
}

function outcomeOfError(thrown: unknown): Performed {
  if (thrown instanceof AttemptAborted) {
    if (thrown.kind !== 'timeout') return { kind: 'aborted', by: thrown.kind };
    return escalate({ code: 'TIMEOUT', class: 'system', message: thrown.message });
  }
  const error = reportError(thrown);
  const retryAfterMs = thrown instanceof TammaError ? thrown.retryAfterMs : undefined;
  return { kind: 'retry', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** A result counts only when it has the shape that later steps read. */
function checkOutcome(step: Step, outcome: Outcome<unknown>): Outcome<unknown> {
  if (outcome.kind !== 'done') return outcome;
  const parsed = step.result.safeParse(outcome.result);
  if (!parsed.success) {
    const message = `step ${step.handler} returned a result of the wrong shape: ${parsed.error.message}`;
    return escalate({ code: 'RESULT_INVALID', class: 'validation', message });
  }
  return outcome;
}
