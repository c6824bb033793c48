import { TammaError, type TammaErrorOptions, toError } from '@tamma/domain';
import { APIConnectionError, APIError } from 'openai';
import { toLine } from '../line.ts';
import { retryAfterOf, waitNamedBy } from './retry-after.ts';

export interface CallFacts {
  readonly service: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly nowMs: number;
}

type Kind = readonly [code: string, options: TammaErrorOptions];

/** Longest words of the service that are repeated, in characters. */
const WORDS_MAX = 500;
const LIMIT_WAIT_MS = 60_000;
const CONTEXT =
  /context[_ ](?:length|window|size)|prompt is too long|too many tokens|maximum context|input.{0,40}exceeds/i;
const MODEL =
  /model.{0,80}(?:not[ _]found|does not exist|not exist|is not available|unknown)|(?:unknown|invalid|no such) model/is;
const OVERLOAD = /overload|capacity|too busy/i;
const TOKEN_LIMIT = /tokens.{0,80}\blimit:? (\d+)\b.{0,40}\brequested:? (\d+)/is;
const CREDIT = /insufficient[_ ](?:quota|balance|credit|funds)|billing|credit balance/i;

/** What went wrong, as one of ours. It keeps nothing of what was sent, and no cause that has it. */
export function errorOf(thrown: unknown, facts: CallFacts): TammaError {
  if (thrown instanceof TammaError) return thrown;
  const words = wordsOf(thrown, facts.apiKey);
  const [code, options] = kindOf(thrown, words, facts);
  return new TammaError(code, `${facts.service} did not answer with ${facts.model}: ${words}`, options);
}

export function keyMissing({ service }: Pick<CallFacts, 'service'>): TammaError {
  return new TammaError('AI_KEY_MISSING', `${service} was not asked: there is no key`, {
    class: 'authentication',
    remedy:
      "Set the variable that the agent's keyVariable names (OPENAI_API_KEY by default) where the workers run.",
  });
}

export function streamCut({ service, model }: CallFacts, why: string): TammaError {
  return new TammaError('AI_STREAM_CUT', `${service} did not finish its answer with ${model}: ${why}`, {
    class: 'network',
    remedy:
      'Nothing to do when it was once; else look at the service and at what lies between here and there.',
  });
}

export function stalled({ service, model }: CallFacts, silenceMs: number): TammaError {
  return new TammaError(
    'AI_STREAM_STALLED',
    `${service} said nothing for ${silenceMs / 1000} s with ${model}`,
    {
      class: 'network',
      remedy: 'Look at the service; a model on your own machine may be too large for it.',
    },
  );
}

export function malformed({ service, baseUrl }: CallFacts, why: string): TammaError {
  return new TammaError('AI_ANSWER_MALFORMED', `${service} gave an answer that cannot be read: ${why}`, {
    class: 'network',
    remedy: `Check that ${baseUrl} is the address of an OpenAI-compatible API (it often ends in /v1).`,
  });
}

/** The HTTP status of a refusal; undefined: it was none. */
export function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof APIError ? thrown.status : undefined;
}

function kindOf(thrown: unknown, words: string, facts: CallFacts): Kind {
  if (thrown instanceof APIConnectionError) return unreachable(facts);
  if (!(thrown instanceof APIError)) return unexpected();
  const { status, code } = thrown;
  const said = `${code ?? ''} ${thrown.type ?? ''} ${words}`;
  const headers = thrown.headers ?? new Headers();
  // The words as they came: those that count often stand at their end.
  if (asksForMoreThanLimit(thrown.message)) return aboveLimit();
  const namedMs = waitNamedBy(thrown.message, thrown.error);
  const waitMs = retryAfterOf(headers, facts.nowMs) ?? namedMs;
  // Gemini tells of a plan and of billing each time a minute's requests are spent: who names a wait has a limit.
  if (isLimit(thrown) && namedMs !== undefined) return ['AI_RATE_LIMITED', limited(waitMs)];
  if (status === 402 || (status !== 401 && CREDIT.test(said))) return creditSpent(facts);
  if (status === 401 || status === 403) return facts.apiKey === null ? wantsKey() : keyRefused(facts);
  if (CONTEXT.test(said)) return contextExceeded();
  if (status === 413) return tooLarge();
  if (status === 404 || MODEL.test(said)) return modelUnknown(facts);
  if (isLimit(thrown)) return ['AI_RATE_LIMITED', limited(waitMs)];
  if (status === 529 || OVERLOAD.test(said)) return ['AI_OVERLOADED', limited(waitMs)];
  // Trouble told in the middle of an answer has no status.
  if (status === undefined || status >= 500 || status === 408) return unavailable(waitMs);
  return refused();
}

/** In the middle of an answer there is no status, but a code; Gemini's is a number. */
function isLimit({ status, code }: APIError): boolean {
  return status === 429 || ['429', 'rate_limit_exceeded'].includes(String(code));
}

/** A request that is longer than what a minute allows gets through at no time. */
function asksForMoreThanLimit(words: string): boolean {
  const [, limit, requested] = TOKEN_LIMIT.exec(words) ?? [];
  return limit !== undefined && Number(requested) > Number(limit);
}

function unreachable({ baseUrl }: CallFacts): Kind {
  const remedy = `Check that ${new URL(baseUrl).origin} can be reached from where the workers run, and that it is up.`;
  return ['AI_UNREACHABLE', { class: 'network', remedy }];
}

function unexpected(): Kind {
  return [
    'AI_CALL_FAILED',
    { class: 'unknown', remedy: "Check the agent's settings; the message says what went wrong." },
  ];
}

function unavailable(retryAfterMs: number | undefined): Kind {
  const remedy = 'Wait: the service is in trouble.';
  return [
    'AI_SERVICE_FAILED',
    { class: 'network', remedy, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  ];
}

function limited(retryAfterMs: number = LIMIT_WAIT_MS): TammaErrorOptions {
  const remedy =
    'Wait, have the limit raised by the service, or give the project another agent to fall back to.';
  return { class: 'rate-limit', remedy, retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) };
}

function creditSpent({ service }: CallFacts): Kind {
  return [
    'AI_CREDIT_SPENT',
    { class: 'authentication', remedy: `Pay for more at ${service}, or use another agent.` },
  ];
}

function keyRefused({ service }: CallFacts): Kind {
  const remedy = `Check the key for ${service} in the variable that the agent's keyVariable names, and what it is allowed.`;
  return ['AI_KEY_REFUSED', { class: 'authentication', remedy }];
}

function wantsKey(): Kind {
  const remedy = "Set the variable that the agent's keyVariable names; without keyVariable no key is sent.";
  return ['AI_KEY_MISSING', { class: 'authentication', remedy }];
}

function contextExceeded(): Kind {
  const remedy = "Set the agent's contextTokensMax to what its model takes, less outputTokensMax.";
  return ['AI_CONTEXT_EXCEEDED', { class: 'validation', remedy }];
}

/** The code has the conversation made shorter, as where it is longer than the model can read. */
function aboveLimit(): Kind {
  const remedy =
    "Set the agent's contextTokensMax and outputTokensMax so that both together stay below the limit that the message names, or have it raised.";
  return ['AI_CONTEXT_EXCEEDED', { class: 'validation', remedy }];
}

function tooLarge(): Kind {
  const remedy = "Lower the agent's contextTokensMax, or make the issue smaller.";
  return ['AI_REQUEST_TOO_LARGE', { class: 'validation', remedy }];
}

function modelUnknown({ baseUrl, model }: CallFacts): Kind {
  const remedy = `Check the agent's model (${model}) and baseUrl (${baseUrl}); a local server may have to load the model first.`;
  return ['AI_MODEL_UNKNOWN', { class: 'validation', remedy }];
}

function refused(): Kind {
  const remedy = 'Change what the service names: the settings of the agent, or a model that takes tools.';
  return ['AI_REQUEST_REFUSED', { class: 'validation', remedy }];
}

/** What the service said, in one line; pages of proxies are not repeated, nor is the key. */
function wordsOf(thrown: unknown, apiKey: string | null): string {
  const error = toError(thrown);
  const isPage = /<html|<!doctype/i.test(error.message);
  const status = statusOf(thrown);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const said = isPage ? `${status ?? ''} and a page that is no answer` : `${error.message}${cause}`;
  const masked = apiKey === null || apiKey === '' ? said : said.replaceAll(apiKey, '[key]');
  const words = masked.replace(/sk-[\w*-]{4,}/g, '[key]').replace(/\/\/[^\s/@]*@/g, '//');
  return toLine(words, WORDS_MAX);
}
