import type OpenAI from 'openai';
import type { AiRequest, ToolDescription } from '../ai-provider.ts';
import { toChatMessages } from './messages.ts';
import type { QuirkField } from './quirks.ts';
import { THOUGHT_FIELDS } from './thought.ts';

type ChatRequest = OpenAI.ChatCompletionCreateParamsStreaming;

export interface RequestStyle {
  readonly model: string;
  readonly service: string;
  /** Newer models of OpenAI refuse the name that other servers alone know. */
  readonly limitField: 'max_tokens' | 'max_completion_tokens';
  /** What the server refused before. */
  readonly left: ReadonlySet<QuirkField>;
}

/** The request as it goes out: nothing of what it is for, and no field that the server refused. */
export function toChatRequest(request: AiRequest, style: RequestStyle): ChatRequest {
  const { model, left } = style;
  const thoughts = THOUGHT_FIELDS.some((field) => left.has(field)) ? null : style.service;
  const messages = toChatMessages(request.messages, thoughts);
  return {
    model,
    messages: request.system === '' ? messages : [{ role: 'system', content: request.system }, ...messages],
    stream: true,
    [limitFieldOf(style)]: request.outputTokensMax,
    ...(left.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    ...toolsOf(request, left),
  };
}

/** Fields of the request that a server may not like. */
export function quirkFieldsOf(request: ChatRequest): ReadonlySet<QuirkField> {
  const all: readonly QuirkField[] = ['tool_choice', 'stream_options', 'max_tokens', 'max_completion_tokens'];
  const used = all.filter((field) => Object.hasOwn(request, field));
  const thoughts = THOUGHT_FIELDS.filter((field) =>
    request.messages.some((one) => Object.hasOwn(one, field)),
  );
  return new Set<QuirkField>([...used, ...thoughts]);
}

function limitFieldOf({ limitField, left }: RequestStyle): RequestStyle['limitField'] {
  if (!left.has(limitField)) return limitField;
  return limitField === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
}

function toolsOf({ tools, resultTool }: AiRequest, left: ReadonlySet<QuirkField>): Partial<ChatRequest> {
  if (tools.length === 0) return {};
  const [only] = tools;
  const forced = tools.length === 1 && only?.name === resultTool && !left.has('tool_choice');
  return {
    tools: tools.map(toChatTool),
    ...(forced && only !== undefined
      ? { tool_choice: { type: 'function' as const, function: { name: only.name } } }
      : {}),
  };
}

function toChatTool({ name, description, inputSchema }: ToolDescription): OpenAI.ChatCompletionTool {
  // Some servers refuse a schema that names its own dialect.
  const { $schema: _dialect, ...parameters } = inputSchema;
  return { type: 'function', function: { name, description, parameters } };
}
