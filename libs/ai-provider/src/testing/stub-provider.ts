import { FREE } from '@tamma/domain';
import type { AiProvider, AiRequest, AiResponse, AssistantBlock, RespondOptions } from '../ai-provider.ts';
import { estimatePromptTokens } from '../estimate-tokens.ts';

export interface StubProvider extends AiProvider {
  readonly requests: readonly AiRequest[];
}

export type StubAnswer = AiResponse | ((options: RespondOptions, request: AiRequest) => Promise<AiResponse>);

/** Gives the answers in turn; the last one again and again. */
export function stubProvider(
  answers: readonly StubAnswer[],
  overrides: Partial<AiProvider> = {},
): StubProvider {
  const requests: AiRequest[] = [];
  return {
    name: 'stub',
    model: 'stub-1',
    price: FREE,
    countTokens: async (request) => estimatePromptTokens(request),
    async respond(request, options) {
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push(request);
      if (answer === undefined) throw new Error('the stub has no answer');
      return typeof answer === 'function' ? answer(options, request) : answer;
    },
    ...overrides,
    requests,
  };
}

export function say(text: string, overrides: Partial<AiResponse> = {}): AiResponse {
  return buildResponse([{ type: 'text', text }], { stopReason: 'end', ...overrides });
}

/** An answer that calls tools, each as `[name, input]`. */
export function call(...calls: readonly (readonly [string, unknown])[]): AiResponse {
  return buildResponse(
    calls.map(([name, input], index) => ({ type: 'tool_call', id: `id-${index + 1}`, name, input })),
    { stopReason: 'tool_calls' },
  );
}

function buildResponse(content: readonly AssistantBlock[], overrides: Partial<AiResponse>): AiResponse {
  const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.01 };
  return { model: 'stub-1', content, stopReason: 'end', usage, ...overrides };
}
