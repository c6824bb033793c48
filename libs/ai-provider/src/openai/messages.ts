import type OpenAI from 'openai';
import type { AssistantBlock, Message, UserBlock } from '../ai-provider.ts';
import { readThought } from './thought.ts';

type ChatMessage = OpenAI.ChatCompletionMessageParam;

/** What was said so far, as the service wants to see it; `service` is the name whose thoughts go back. */
export function toChatMessages(messages: readonly Message[], service: string | null): ChatMessage[] {
  const chat = messages.flatMap((message) =>
    message.role === 'user' ? toUserMessages(message.content) : toAssistantMessages(message.content, service),
  );
  return mergeUserMessages(chat);
}

/** Results of tools have to follow their calls at once, so text comes after them. */
function toUserMessages(blocks: readonly UserBlock[]): ChatMessage[] {
  const results = blocks.flatMap((block): ChatMessage[] => {
    if (block.type !== 'tool_result') return [];
    // The wire format has no place for it.
    const content = block.isError ? `ERROR: ${block.content}` : block.content;
    return [{ role: 'tool', tool_call_id: block.callId, content }];
  });
  const text = joinTexts(blocks);
  return text === '' ? results : [...results, { role: 'user', content: text }];
}

function toAssistantMessages(blocks: readonly AssistantBlock[], service: string | null): ChatMessage[] {
  const calls = blocks.filter((block) => block.type === 'tool_call').map(toChatCall);
  const text = joinTexts(blocks);
  if (calls.length === 0) return text === '' ? [] : [{ role: 'assistant', content: text }];
  const content = text === '' ? null : text;
  return [{ role: 'assistant', content, tool_calls: calls, ...readThought(blocks, service) }];
}

function toChatCall(call: Extract<AssistantBlock, { type: 'tool_call' }>) {
  return {
    id: call.id,
    type: 'function' as const,
    function: { name: call.name, arguments: JSON.stringify(argumentsOf(call.input)) },
  };
}

/** Many servers read the arguments back and fail where they are no JSON object. */
function argumentsOf(input: unknown): object {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { unreadable: input };
}

function joinTexts(blocks: readonly (UserBlock | AssistantBlock)[]): string {
  return blocks
    .map((block) => (block.type === 'text' ? block.text : ''))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Templates of many local models want both sides to take turns. */
function mergeUserMessages(messages: readonly ChatMessage[]): ChatMessage[] {
  const merged: ChatMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === 'user' && message.role === 'user') {
      merged[merged.length - 1] = {
        role: 'user',
        content: `${String(last.content)}\n\n${String(message.content)}`,
      };
    } else {
      merged.push(message);
    }
  }
  return merged;
}
