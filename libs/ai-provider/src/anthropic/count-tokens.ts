import type Anthropic from '@anthropic-ai/sdk';
import type { TammaError } from '@tamma/domain';
import { throwIfAborted } from '../aborted.ts';
import { tokensOfText } from '../estimate-tokens.ts';
import type { PreparedRequest } from './request.ts';

type Body = PreparedRequest['body'];

export interface CountingSettings {
  readonly client: Anthropic;
  readonly signal: AbortSignal;
  readonly toFailure: (thrown: unknown) => TammaError;
}

/** Codes of failures that the call itself would meet as well. Counting has a limit of its own, which parks nobody. */
const TOLD = new Set(['AI_KEY_REFUSED', 'AI_CREDIT_SPENT']);

/** What the service counts; where it cannot, the length of the request says it, rather too much. */
export async function countByService(body: Body, settings: CountingSettings): Promise<number> {
  const { client, signal, toFailure } = settings;
  const { max_tokens, stream, ...asked } = body;
  try {
    const { input_tokens: tokens } = await client.messages.countTokens(asked, { signal });
    return Number.isSafeInteger(tokens) && tokens >= 0 ? withMargin(tokens) : lengthOf(body);
  } catch (thrown) {
    throwIfAborted(signal);
    const failure = toFailure(thrown);
    if (TOLD.has(failure.code)) throw failure;
    return lengthOf(body);
  }
}

/** The service calls its count an estimate. */
function withMargin(tokens: number): number {
  return Math.ceil(tokens * 1.02);
}

function lengthOf({ messages, system, tools }: Body): number {
  return tokensOfText(JSON.stringify({ messages, system, tools }));
}
