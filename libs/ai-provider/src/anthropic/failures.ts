import { AnthropicError, APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { TammaError, toError } from '@tamma/domain';
import { toLine } from '../line.ts';
import { type KindSettings, kindOf, statusOf } from './failure-kinds.ts';
import { patienceOf } from './patience.ts';
import { accessAtMs } from './usage-limit.ts';

export interface FailureSettings extends KindSettings {
  readonly apiKey: string | null;
  readonly nowMs: number;
}

/** Longest text of the service that is repeated, in characters. */
const WORDS_MAX = 500;

export function missingKey(keyVariable: string): TammaError {
  return new TammaError(
    'AI_KEY_MISSING',
    `there is no key for the Anthropic API: ${keyVariable} is not set`,
    {
      class: 'authentication',
      remedy: `Set ${keyVariable}, or configure another provider under ai.`,
    },
  );
}

export function cutStream(cause?: unknown): TammaError {
  return new TammaError('AI_STREAM_CUT', 'the answer of the Anthropic API broke off in the middle', {
    class: 'network',
    remedy: 'Try again; if it keeps happening, look at the proxies on the way.',
    cause,
  });
}

export function stalledStream(timeoutMs: number): TammaError {
  return new TammaError('AI_STREAM_STALLED', `the Anthropic API said nothing for ${timeoutMs / 1000} s`, {
    class: 'network',
    remedy: 'Try again; https://status.claude.com says whether the service is in trouble.',
  });
}

export function malformedAnswer(reason: string): TammaError {
  return new TammaError('AI_ANSWER_MALFORMED', `the Anthropic API gave an answer that is none: ${reason}`, {
    class: 'network',
    remedy: 'Try again; if it keeps happening, check the base URL and the proxies on the way.',
  });
}

/** Whatever a call threw, as an error of ours; the key never stands in it. */
export function toFailure(thrown: unknown, settings: FailureSettings): TammaError {
  if (thrown instanceof TammaError) return thrown;
  if (thrown instanceof APIConnectionError) return unreachable(thrown, settings);
  if (thrown instanceof APIError) return refusal(thrown, settings);
  if (thrown instanceof RangeError) return malformedAnswer(thrown.message);
  // What is left is trouble of the connection while the answer was read.
  return cutStream(thrown instanceof AnthropicError ? withoutKey(thrown, settings) : toError(thrown));
}

function unreachable(thrown: APIConnectionError, settings: FailureSettings): TammaError {
  const cause = toError(thrown.cause ?? thrown);
  const words = wordsOf(reasonOf(cause), settings);
  return new TammaError('AI_UNREACHABLE', `${settings.baseUrl} cannot be reached: ${words}`, {
    class: 'network',
    remedy: 'Check the network, the proxy and the base URL of the agent.',
  });
}

/** HTTP clients hide what the system said below a text of their own. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function refusal(thrown: APIError, settings: FailureSettings): TammaError {
  const status = thrown.status ?? statusOf(thrown.type);
  const kind = kindOf(status, thrown, settings);
  // A page of a proxy is nobody's reason.
  const words = thrown.apiMessage ?? (status >= 500 ? 'it is in trouble' : 'it does not say why');
  const message = `the Anthropic API refused the call (${thrown.type ?? 'HTTP'} ${status}): ${wordsOf(words, settings)}`;
  const isLimit = kind.class === 'rate-limit';
  return new TammaError(kind.code, message, {
    class: kind.class,
    remedy: kind.remedy,
    ...(isLimit && { retryAfterMs: patienceOf(thrown.headers, settings.nowMs, accessAtMs(words)) }),
  });
}

function withoutKey(error: Error, settings: FailureSettings): Error {
  return new Error(wordsOf(error.message, settings));
}

function wordsOf(text: string, { apiKey }: FailureSettings): string {
  const masked = apiKey === null || apiKey === '' ? text : text.replaceAll(apiKey, '[key]');
  return toLine(masked, WORDS_MAX);
}
