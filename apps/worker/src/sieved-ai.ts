import type { AiProvider, AiResponse, AssistantBlock, OwnToolCall } from '@tamma/ai-provider';
import { TammaError, toError } from '@tamma/domain';
import { mapTexts } from './map-texts.ts';
import type { SecretSieve } from './secret-sieve.ts';

/**
 * A provider that tells no secret of ours: a coding CLI gets its key, and what it prints goes to people, files and the
 * platform.
 */
export function sieveAi(provider: AiProvider, sieve: SecretSieve): AiProvider {
  const { name, model, price } = provider;
  const guard = <Value>(work: Promise<Value>): Promise<Value> =>
    work.catch((thrown: unknown) => {
      throw sievedError(thrown, sieve);
    });
  return {
    name,
    model,
    price,
    countTokens: (request, options) => guard(provider.countTokens(request, options)),
    respond: async (request, options) => {
      const stream = sieve.stream();
      const tell = (text: string) => {
        if (text !== '') options.onText?.(text);
      };
      const onText = (piece: string) => tell(stream.push(piece));
      const onOwnTool = ({ tool, ok, summary }: OwnToolCall) =>
        options.onOwnTool?.({ tool: sieve.text(tool), ok, summary: sieve.text(summary) });
      const response = await guard(provider.respond(request, { ...options, onText, onOwnTool }));
      tell(stream.end());
      return sievedResponse(response, sieve);
    },
  };
}

function sievedResponse(response: AiResponse, sieve: SecretSieve): AiResponse {
  return { ...response, content: response.content.map((block) => sievedBlock(block, sieve)) };
}

function sievedBlock(block: AssistantBlock, { text }: SecretSieve): AssistantBlock {
  switch (block.type) {
    case 'text':
      return { ...block, text: text(block.text) };
    case 'tool_call':
      return { ...block, input: mapTexts(block.input, text) };
    case 'opaque':
      return block;
  }
}

/** The very error, unless it tells a secret. */
function sievedError(thrown: unknown, { text }: SecretSieve): unknown {
  const error = toError(thrown);
  const message = text(error.message);
  const advice = error instanceof TammaError ? error.remedy : undefined;
  if (message === error.message && (advice === undefined || text(advice) === advice)) return thrown;
  if (!(error instanceof TammaError)) return new TammaError('AI_FAILED', message, { class: 'unknown' });
  const { code, remedy, retryAfterMs, heldUntilMs, exhausted } = error;
  return new TammaError(code, message, {
    class: error.class,
    ...(remedy !== undefined && { remedy: text(remedy) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(heldUntilMs !== undefined && { heldUntilMs }),
    ...(exhausted && { exhausted }),
  });
}
