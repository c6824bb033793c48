import type { AiRequest, AssistantBlock, Message, UserBlock } from '../../ai-provider.ts';
import { buildRequest } from '../../testing/conversation.ts';
import { type PreparedRequest, prepareRequest, type RequestSettings } from '../request.ts';
import { type ThoughtBlock, toOpaque } from '../thoughts.ts';

export function user(...content: readonly UserBlock[]): Message {
  return { role: 'user', content };
}

export function assistant(...content: readonly AssistantBlock[]): Message {
  return { role: 'assistant', content };
}

export function text(words: string): { readonly type: 'text'; readonly text: string } {
  return { type: 'text', text: words };
}

export function call(id: string, input: unknown = { word: 'tamma' }): AssistantBlock {
  return { type: 'tool_call', id, name: 'lookup', input };
}

export function result(callId: string, content = 'an engine'): UserBlock {
  return { type: 'tool_result', callId, content, isError: false };
}

export function thought(made: { model: string; prefix: string }, words = 'Hm.'): AssistantBlock {
  const block: ThoughtBlock = { type: 'thinking', thinking: words, signature: 'c2ln' };
  return toOpaque(block, made);
}

/** What is sent of a conversation that begins with "Say hello.". */
export function prepare(
  later: readonly Message[] = [],
  settings: Partial<RequestSettings> = {},
  changes: Partial<AiRequest> = {},
): PreparedRequest {
  const request = buildRequest(later, changes);
  return prepareRequest(request, { model: 'claude-sonnet-5-5', effort: 'medium', strict: true, ...settings });
}
