import { EVENT_LENGTH_MAX } from '@tamma/contracts';
import { cutMiddle, type ErrorReport, escalate, type Outcome } from '@tamma/domain';
import type { Step } from '@tamma/steps';

/** Longest result as JSON, in characters: it travels in an event and in the hash that every later attempt reads. */
const RESULT_LENGTH_MAX = EVENT_LENGTH_MAX / 2;
/** Longest text of an outcome, in characters; a longer one would not fit into its event. */
const TEXT_LENGTH_MAX = 4000;

/** An outcome that can be committed: the result has the shape that later steps read, and everything fits. */
export function checkOutcome(step: Step, outcome: Outcome<unknown>): Outcome<unknown> {
  switch (outcome.kind) {
    case 'done':
      return checkResult(step, outcome);
    case 'retry':
      return { ...outcome, error: shortenError(outcome.error) };
    case 'wait':
      return { ...outcome, why: shorten(outcome.why) };
    case 'ask':
      return { ...outcome, question: shorten(outcome.question) };
    case 'stop':
      return outcome.reason.kind === 'escalate'
        ? escalate(shortenError(outcome.reason.error))
        : { kind: 'stop', reason: { ...outcome.reason, why: shorten(outcome.reason.why) } };
  }
}

type Done = Extract<Outcome<unknown>, { kind: 'done' }>;

function checkResult(step: Step, outcome: Done): Outcome<unknown> {
  const parsed = step.result.safeParse(outcome.result);
  if (!parsed.success) {
    const message = shorten(
      `step ${step.handler} returned a result of the wrong shape: ${parsed.error.message}`,
    );
    return escalate({ code: 'RESULT_INVALID', class: 'validation', message });
  }
  const { length } = JSON.stringify(outcome.result) ?? '';
  if (length <= RESULT_LENGTH_MAX) return outcome;
  return escalate({
    code: 'RESULT_TOO_LARGE',
    class: 'validation',
    message: `the result of step ${step.handler} has ${length} characters, at most ${RESULT_LENGTH_MAX} fit`,
    remedy: 'make its input smaller, such as a very long issue',
  });
}

function shortenError(error: ErrorReport): ErrorReport {
  const { remedy } = error;
  const message = shorten(error.message);
  return remedy === undefined ? { ...error, message } : { ...error, message, remedy: shorten(remedy) };
}

function shorten(text: string): string {
  return cutMiddle(text, TEXT_LENGTH_MAX);
}
