import { toError } from '@tamma/domain';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Settings } from '../settings.ts';

/** What no answer, or half of one, means for whoever typed the command. */
export function explainSilence(
  { baseUrl, timeoutMs }: Pick<Settings, 'baseUrl' | 'timeoutMs'>,
  thrown: unknown,
): CliError {
  const error = toError(thrown);
  if (error instanceof RangeError) {
    return new CliError(EXIT.failed, `${baseUrl}: ${error.message}`, { cause: thrown });
  }
  const isLate = error.name === 'TimeoutError';
  const why = isLate ? `it did not answer within ${timeoutMs / 1000} s` : innermostMessage(error);
  return new CliError(EXIT.unreachable, `${baseUrl} cannot be reached: ${why}`, {
    remedy: 'Is it running ("npm start")? Name another one with --url or TAMMA_URL.',
    cause: thrown,
  });
}

/** `fetch failed` says nothing; its cause does. One with an empty message has a code. */
function innermostMessage(error: Error): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}
