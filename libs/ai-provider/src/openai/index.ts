import { costOf, type ModelPrice, TammaError, usdOf } from '@tamma/domain';
import type OpenAI from 'openai';
import { APIError } from 'openai';
import { Stream } from 'openai/core/streaming';
import { throwIfAborted } from '../aborted.ts';
import type { AiProvider, AiRequest, AiResponse, RespondOptions } from '../ai-provider.ts';
import { estimatePromptTokens } from '../estimate-tokens.ts';
import { hearBytes } from '../hear-bytes.ts';
import { Answer } from './answer.ts';
import { addressOf, createClient } from './client.ts';
import { type CallFacts, errorOf, keyMissing, malformed, stalled, statusOf, streamCut } from './errors.ts';
import { type Patience, waitAtMost } from './patience.ts';
import { findQuirk, type QuirkField } from './quirks.ts';
import { quirkFieldsOf, type RequestStyle, toChatRequest } from './request.ts';
import { isOpenAiItself, openAiNameOf } from './service-name.ts';

export * from './check.ts';

export interface OpenAiProviderOptions {
  /** null: the server wants no key; OpenAI itself always does. */
  readonly apiKey: string | null;
  /** The variable that the key comes from, for the name of the service. */
  readonly keyVariable?: string | null | undefined;
  readonly baseUrl: string;
  readonly model: string;
  readonly price: ModelPrice;
  /** Longest silence of the service, before its answer and within it, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly now?: (() => number) | undefined;
}

/** Models on one's own machine are silent while they read a long prompt. */
const SILENCE_MS_MAX = 5 * 60_000;
/** No token is longer in the mean. */
const CHARACTERS_PER_TOKEN_MAX = 16;
const CHARACTERS_ALWAYS = 10_000;

interface Service {
  readonly client: OpenAI;
  readonly options: OpenAiProviderOptions;
  readonly name: string;
  /** Grows as the server refuses fields. */
  readonly left: Set<QuirkField>;
}

interface Call {
  readonly request: AiRequest;
  readonly options: RespondOptions;
  readonly facts: CallFacts;
}

/** Any server that speaks OpenAI's chat completions: OpenAI itself, Ollama, vLLM, LM Studio and many others. */
export function createOpenAiProvider(options: OpenAiProviderOptions): AiProvider {
  const { baseUrl, model, price } = options;
  const name = openAiNameOf(options);
  const service: Service = { client: createClient(options), options, name, left: new Set() };
  return {
    name,
    model,
    price,
    async countTokens(request, { signal }) {
      throwIfAborted(signal);
      return estimatePromptTokens(request);
    },
    async respond(request, respondOptions) {
      throwIfAborted(respondOptions.signal);
      const facts = factsOf(service);
      if (options.apiKey === null && isOpenAiItself(baseUrl)) throw keyMissing(facts);
      const call = { request, options: respondOptions, facts };
      return await converse(service, call).catch((thrown: unknown) => {
        throwIfAborted(respondOptions.signal);
        throw errorOf(thrown, facts);
      });
    },
  };
}

function factsOf({ name, options }: Service): CallFacts {
  const { model, baseUrl, apiKey, now = Date.now } = options;
  return { service: name, model, baseUrl: addressOf(baseUrl), apiKey, nowMs: now() };
}

async function converse(service: Service, call: Call): Promise<AiResponse> {
  const { signal } = call.options;
  using patience = waitAtMost(service.options.timeoutMs ?? SILENCE_MS_MAX, signal);
  const stream = await begin(service, call, patience);
  const answer = answerFor(service, call);
  await listen(stream, answer, { patience, call });
  const tokens = answer.tokens();
  call.options.onUsage?.(tokens);
  return { ...answer.end(), usage: { ...tokens, costUsd: usdOf(costOf(tokens, service.options.price)) } };
}

/** Asks; a field that the server refuses is left out from then on. Each refusal leaves one field less to refuse. */
async function begin(service: Service, call: Call, patience: Patience): Promise<AsyncIterable<unknown>> {
  const { client, left, name, options } = service;
  const limitField = isOpenAiItself(options.baseUrl) ? 'max_completion_tokens' : 'max_tokens';
  const style: RequestStyle = { model: options.model, service: name, limitField, left };
  const chat = toChatRequest(call.request, style);
  try {
    const { controller } = patience;
    const response = await client.chat.completions.create(chat, { signal: controller.signal }).asResponse();
    const type = response.headers.get('content-type') ?? '';
    if (/html|application\/json/.test(type))
      throw malformed(call.facts, `it is ${type}, not a stream of events`);
    return Stream.fromSSEResponse(hearBytes(response, patience.heard), controller, client);
  } catch (thrown) {
    if (patience.isOver() && !call.options.signal.aborted) throw stalled(call.facts, patience.silenceMs);
    const status = statusOf(thrown);
    const refusal = status === 400 || status === 422 ? String(thrown) : '';
    const quirk = findQuirk(refusal, quirkFieldsOf(chat));
    if (quirk === null || left.has(quirk)) throw thrown;
    left.add(quirk);
    return await begin(service, call, patience);
  }
}

function answerFor({ name, options }: Service, { request, options: { onText } }: Call): Answer {
  return new Answer({
    service: name,
    model: options.model,
    turn: request.purpose.turn,
    promptTokens: estimatePromptTokens(request),
    charactersMax: CHARACTERS_ALWAYS + request.outputTokensMax * CHARACTERS_PER_TOKEN_MAX,
    onText,
  });
}

async function listen(
  stream: AsyncIterable<unknown>,
  answer: Answer,
  { patience, call }: { readonly patience: Patience; readonly call: Call },
): Promise<void> {
  const { signal, onUsage } = call.options;
  try {
    for await (const chunk of stream) {
      throwIfAborted(signal);
      answer.add(chunk);
      onUsage?.(answer.tokens());
      // Leaving the loop ends the request.
      if (answer.isTooLong()) return;
    }
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw malformed(call.facts, thrown.message);
    if (statusOf(thrown) === undefined && isBroken(thrown))
      throw streamCut(call.facts, 'the connection broke');
    throw thrown;
  }
  throwIfAborted(signal);
  if (patience.isOver()) throw stalled(call.facts, patience.silenceMs);
  if (!answer.hasEnded()) throw streamCut(call.facts, 'it ended in the middle');
}

/** What the service told in the middle of its answer says more than that it broke off. */
function isBroken(thrown: unknown): boolean {
  return !(thrown instanceof APIError) && !(thrown instanceof TammaError);
}
