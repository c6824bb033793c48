import type { APIError } from '@anthropic-ai/sdk';
import type { ErrorClass } from '@tamma/domain';
import { USAGE_LIMIT } from './usage-limit.ts';

export interface KindSettings {
  readonly model: string;
  readonly baseUrl: string;
  readonly keyVariable: string;
}

export interface FailureKind {
  readonly code: string;
  readonly class: ErrorClass;
  readonly remedy: string;
}

const STATUSES: ReadonlyMap<string | null, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** An error in the middle of an answer has a type and no status. */
export function statusOf(type: string | null): number {
  return STATUSES.get(type) ?? 500;
}

/** What a refusal is by its status and, where that says too little, by its words. */
export function kindOf(status: number, thrown: APIError, settings: KindSettings): FailureKind {
  const words = thrown.apiMessage ?? thrown.message;
  if (status < 500 && USAGE_LIMIT.test(words)) return kinds.usage;
  if (status === 402 || (status < 429 && CREDIT.test(`${words} ${thrown.errorCode}`))) return kinds.credit;
  if (status === 401 || status === 403) return kinds.key(settings.keyVariable);
  if (status === 404) return kinds.model(settings);
  if (status === 413) return kinds.tooLarge;
  if (status === 429) return kinds.limit;
  if (status === 529) return kinds.overload;
  if (status >= 500 || status === 408 || status === 409) return kinds.trouble;
  return CONTEXT.test(words) ? kinds.context : kinds.refused;
}

const CREDIT = /credit balance|spend(ing)?[ _]limit|plans & billing/i;
const CONTEXT = /prompt is too long|exceeds? (the )?(maximum )?context|context (window|limit)/i;

const kinds = {
  credit: {
    code: 'AI_CREDIT_SPENT',
    class: 'authentication',
    remedy: 'Add credit or raise the spending limit in the Anthropic console, then try again.',
  },
  key: (variable: string): FailureKind => ({
    code: 'AI_KEY_REFUSED',
    class: 'authentication',
    remedy: `Put a valid key, which may use this model, into ${variable}.`,
  }),
  model: ({ model, baseUrl }: KindSettings): FailureKind => ({
    code: 'AI_MODEL_UNKNOWN',
    class: 'validation',
    remedy: `Check that ${baseUrl} knows the model "${model}", or configure another one.`,
  }),
  tooLarge: {
    code: 'AI_REQUEST_TOO_LARGE',
    class: 'validation',
    remedy: 'Lower contextTokensMax of the agent, or make the issue smaller.',
  },
  context: {
    code: 'AI_CONTEXT_EXCEEDED',
    class: 'validation',
    remedy: 'Lower contextTokensMax of the agent, or choose a model with a larger context.',
  },
  limit: {
    code: 'AI_RATE_LIMITED',
    class: 'rate-limit',
    remedy: 'It is tried again when the limit is reset; a higher tier of the account raises it.',
  },
  usage: {
    code: 'AI_RATE_LIMITED',
    class: 'rate-limit',
    remedy:
      'It is tried again when there is access; raise the usage limit in the Anthropic console to go on before.',
  },
  overload: {
    code: 'AI_OVERLOADED',
    class: 'rate-limit',
    remedy: 'It is tried again in a while; https://status.claude.com says more.',
  },
  trouble: {
    code: 'AI_SERVICE_FAILED',
    class: 'network',
    remedy: 'Try again; https://status.claude.com says whether the service is in trouble.',
  },
  refused: {
    code: 'AI_REQUEST_REFUSED',
    class: 'validation',
    remedy: 'Check the settings of the agent against what the service says.',
  },
} as const satisfies Record<string, FailureKind | ((given: never) => FailureKind)>;
