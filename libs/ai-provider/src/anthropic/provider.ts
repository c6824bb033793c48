import { type ModelPrice, TammaError } from '@tamma/domain';
import { throwIfAborted } from '../aborted.ts';
import type { AiProvider, AiRequest, AiResponse, RespondOptions } from '../ai-provider.ts';
import { type ClientOptions, createClient, failureSettings } from './client.ts';
import { countByService } from './count-tokens.ts';
import { type Counter, createCounter } from './counter.ts';
import type { Draft } from './draft.ts';
import { toFailure } from './failures.ts';
import type { Effort } from './model-traits.ts';
import { readStream } from './read-stream.ts';
import { type PreparedRequest, prepareRequest } from './request.ts';
import { toResponse } from './response.ts';
import { anthropicNameOf } from './service-name.ts';
import { watchCall } from './watch.ts';

export interface AnthropicOptions extends ClientOptions {
  readonly model: string;
  /** How much a model that can think does so before it answers. */
  readonly effort: Effort;
  readonly price: ModelPrice;
  /** How long the service may say nothing before a call is given up; two minutes without it. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 120_000;
/** Words of a refusal to hold the model to a schema, whatever the documentation says of that schema. */
const SCHEMA_REFUSED = /strict|grammar|complex|compil|output_config|additionalProperties/i;

/** Claude, by the Messages API. It keeps no conversation, only how long the last ones are and what was refused. */
export function createAnthropicProvider(options: AnthropicOptions): AiProvider {
  const { model, price, effort } = options;
  const counter = createCounter();
  let strict = true;
  const prepare = (request: AiRequest) => prepareRequest(request, { model, effort, strict });
  return {
    name: anthropicNameOf(options),
    model,
    price,
    async countTokens(request, { signal }) {
      throwIfAborted(signal);
      const { body } = prepare(request);
      return counter.estimate(body) ?? (await countAnew(body, { options, counter, signal }));
    },
    async respond(request, given) {
      const prepared = prepare(request);
      try {
        return await respondOnce(prepared, { options, counter, given });
      } catch (thrown) {
        if (!prepared.isStrict || !isSchemaRefused(thrown)) throw thrown;
        strict = false;
        return await respondOnce(prepare(request), { options, counter, given });
      }
    },
  };
}

interface Call {
  readonly options: AnthropicOptions;
  readonly counter: Counter;
}

async function countAnew(
  body: PreparedRequest['body'],
  { options, counter, signal }: Call & { readonly signal: AbortSignal },
): Promise<number> {
  const client = createClient(options, options.timeoutMs ?? TIMEOUT_MS);
  const toOurs = (thrown: unknown) => toFailure(thrown, failureSettings(options, options.model));
  const tokens = await countByService(body, { client, signal, toFailure: toOurs });
  counter.remember(body, tokens);
  return tokens;
}

async function respondOnce(
  prepared: PreparedRequest,
  { options, counter, given }: Call & { readonly given: RespondOptions },
): Promise<AiResponse> {
  const { timeoutMs = TIMEOUT_MS, model, price } = options;
  const { body, prefix, answerIs } = prepared;
  using watch = watchCall(given.signal, timeoutMs);
  const client = createClient(options, timeoutMs);
  try {
    const answer = await client.messages.create(body, { signal: watch.controller.signal }).asResponse();
    // Text that is the result is told as a call; whether it is one shows at its end.
    const onText = answerIs === null ? given.onText : undefined;
    const draft = await readStream(answer, watch, { onText, onUsage: given.onUsage });
    remember(counter, body, draft);
    const response = toResponse(draft, { model, price, prefix, answerIs });
    if (answerIs !== null) tellText(response, given);
    return response;
  } catch (thrown) {
    watch.throwIfEnded();
    throw toFailure(thrown, failureSettings(options, model));
  }
}

function remember(counter: Counter, body: PreparedRequest['body'], draft: Draft): void {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = draft.tokens;
  const promptTokens = inputTokens + cacheReadTokens + cacheWriteTokens;
  // A stand-in that counts nothing says nothing about the next request.
  if (promptTokens > 0) counter.remember(body, promptTokens, outputTokens);
}

function tellText({ content }: AiResponse, { onText }: RespondOptions): void {
  for (const block of content) if (block.type === 'text') onText?.(block.text);
}

function isSchemaRefused(thrown: unknown): boolean {
  return (
    thrown instanceof TammaError &&
    thrown.code === 'AI_REQUEST_REFUSED' &&
    SCHEMA_REFUSED.test(thrown.message)
  );
}
