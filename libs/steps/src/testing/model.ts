import type { Agent, AiProvider, AiRequest, AiResponse } from '@tamma/ai-provider';

/** A function runs while the model "thinks": what happens meanwhile is put there. */
type Reply = AiResponse | ((request: AiRequest) => Promise<AiResponse>);

export interface QueuedModel extends AiProvider {
  readonly requests: readonly AiRequest[];
  /** Given in this order; being asked for more is an error. */
  queue(...replies: readonly Reply[]): void;
}

export function createQueuedModel(): QueuedModel {
  const requests: AiRequest[] = [];
  const replies: Reply[] = [];
  return {
    name: 'queued',
    model: 'queued-1',
    price: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    countTokens: async () => 1,
    requests,
    queue: (...more) => void replies.push(...more),
    respond: async (request, { onText }) => {
      requests.push(request);
      const reply = replies.shift();
      if (reply === undefined) throw new Error(`no reply is queued for step ${request.purpose.step}`);
      const response = typeof reply === 'function' ? await reply(request) : reply;
      for (const block of response.content) if (block.type === 'text') onText?.(block.text);
      return response;
    },
  };
}

/** The one agent of a test, with limits that it never reaches. */
export function buildAgent(provider: AiProvider, name = 'only'): Agent {
  return { name, provider, outputTokensMax: 1000, contextTokensMax: 1_000_000 };
}

/** One turn that calls tools, each as `[name, input]`. */
export function callTools(...calls: readonly (readonly [string, unknown])[]): AiResponse {
  const content = calls.map(
    ([name, input], index) => ({ type: 'tool_call', id: `call-${index + 1}`, name, input }) as const,
  );
  const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0.01 };
  return { model: 'queued-1', content, stopReason: 'tool_calls', usage };
}

/** One turn that says something and calls tools. */
export function say(text: string, ...calls: readonly (readonly [string, unknown])[]): AiResponse {
  const response = callTools(...calls);
  return { ...response, content: [{ type: 'text', text }, ...response.content] };
}

export function finish(result: unknown): AiResponse {
  return callTools(['finish', result]);
}

/** A model that will not work on this. */
export function refuse(): AiResponse {
  return { ...callTools(), stopReason: 'refused' };
}

/** What the tools answered to the calls of one request's last turn, errors marked by `error: `. */
export function toolAnswers(request: AiRequest | undefined): readonly string[] {
  const blocks = request?.messages.at(-1)?.content ?? [];
  return blocks.flatMap((block) => {
    if (block.type !== 'tool_result') return [];
    return [block.isError ? `error: ${block.content}` : block.content];
  });
}

/** The first thing the model was told beside the system's text. */
export function promptOf(request: AiRequest | undefined): string {
  const block = request?.messages[0]?.content[0];
  return block?.type === 'text' ? block.text : '';
}
