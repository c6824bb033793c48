import { type Outcome, reportError, TammaError } from '@tamma/domain';
import type { Step } from '@tamma/steps';
import { type AbortKind, AttemptAborted } from './abort.ts';
import { askOnIssue } from './ask.ts';
import { checkOutcome } from './check-outcome.ts';
import type { RefusedCall } from './settle-request.ts';
import type { Gathered } from './step-context.ts';

/**
 * How long a step that was told to stop has to return before its end is no longer waited for. Less than the queue
 * waits at shutdown for tasks to be handed back, or a step that ignores its signal would be lost to its lock.
 */
const ABORT_GRACE_MS = 3000;

/** An outcome of the step, a call that was not made, or why it was stopped from outside. */
export type Performed = Outcome<unknown> | RefusedCall | { readonly kind: 'aborted'; readonly by: AbortKind };

/** Runs the step and turns everything that can come out of it into a value. */
export async function performStep(step: Step, { context, approvalId }: Gathered): Promise<Performed> {
  const { signal } = context;
  using late = lateEnd(signal);
  try {
    const outcome = checkOutcome(step, await Promise.race([step.run(context), late.rejection]));
    // Told to stop, a step may take the broken pieces in its hands for trouble of its own.
    if (outcome.kind !== 'done') signal.throwIfAborted();
    if (outcome.kind === 'ask') await askOnIssue(context, { ...outcome, approvalId });
    return outcome;
  } catch (thrown) {
    return outcomeOfError(signal.aborted ? signal.reason : thrown);
  }
}

interface LateEnd extends Disposable {
  /** Rejects when the signal has been up for the grace period. */
  readonly rejection: Promise<never>;
}

/** A step that ignores its signal must not hold the worker. */
function lateEnd(signal: AbortSignal): LateEnd {
  const { promise, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => reject(signal.reason), ABORT_GRACE_MS);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    rejection: promise,
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
    },
  };
}

function outcomeOfError(thrown: unknown): Performed {
  if (thrown instanceof AttemptAborted) return { kind: 'aborted', by: thrown.kind };
  const error = reportError(thrown);
  if (!(thrown instanceof TammaError)) return { kind: 'retry', error };
  const { heldUntilMs, retryAfterMs, exhausted } = thrown;
  if (heldUntilMs !== undefined) return { kind: 'refused', error, untilMs: heldUntilMs };
  const retry = { kind: 'retry', error, exhausted } as const;
  return retryAfterMs === undefined ? retry : { ...retry, retryAfterMs };
}
