import type Anthropic from '@anthropic-ai/sdk';
import type { AssistantBlock, Message, UserBlock } from '../ai-provider.ts';
import { digestOf, fromOpaque, type ThoughtRule } from './thoughts.ts';

type Block = Anthropic.ContentBlockParam;
type ToolResult = Anthropic.ToolResultBlockParam;

export interface SentMessage {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
}

export interface MessageSettings {
  /** Null: no thoughts go back. */
  readonly thoughts: ThoughtRule | null;
  /** What stands before the messages: system prompt and tools. */
  readonly beginning: unknown;
  /** Whether calls are told as text, since the request has no tools. */
  readonly callsAsText: boolean;
}

export interface Conversation {
  readonly messages: readonly SentMessage[];
  /** Of all that was said: what a thought of the answer is bound to. */
  readonly prefix: string;
}

const EMPTY = '(empty)';
const NOT_RUN = 'This call was not run.';

/** Messages as the API takes them: roles in turn, no empty text, results first and one for each call. */
export function toConversation(messages: readonly Message[], settings: MessageSettings): Conversation {
  const sent: SentMessage[] = [];
  let prefix = digestOf('', settings.beginning);
  for (const message of messages) {
    const content =
      message.role === 'assistant'
        ? untilLastWord(message.content.flatMap((block) => toAssistantBlock(block, settings, prefix)))
        : message.content.flatMap((block) => toUserBlock(block, settings));
    append(sent, { role: message.role, content });
    prefix = digestOf(prefix, message.content.filter(isSaid));
  }
  return { messages: answerOpenCalls(sent), prefix };
}

/** Thoughts are not part of what they are bound to: those that fit stand where they stood anyway. */
function isSaid(block: AssistantBlock | UserBlock): boolean {
  return block.type !== 'opaque';
}

/** An answer that was cut may end with a thought, which the API does not read again without what it led to. */
function untilLastWord(content: readonly Block[]): Block[] {
  const last = content.findLastIndex(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
  return content.slice(0, last + 1);
}

function append(sent: SentMessage[], message: SentMessage): void {
  if (message.content.length === 0) return;
  const last = sent.at(-1);
  if (last?.role === message.role) last.content.push(...message.content);
  else sent.push(message);
}

function toAssistantBlock(
  block: AssistantBlock,
  settings: MessageSettings,
  prefix: string,
): readonly Block[] {
  if (block.type === 'text') return toText(block.text);
  if (block.type === 'tool_call') return [settings.callsAsText ? callAsText(block) : toToolUse(block)];
  const thought = settings.thoughts && fromOpaque(block, settings.thoughts, prefix);
  return thought === null ? [] : [thought];
}

function toUserBlock(block: UserBlock, { callsAsText }: MessageSettings): readonly Block[] {
  if (block.type === 'text') return toText(block.text);
  const content = block.content.trim() === '' ? EMPTY : block.content.toWellFormed();
  if (callsAsText) return [{ type: 'text', text: content }];
  return [{ type: 'tool_result', tool_use_id: toId(block.callId), content, is_error: block.isError }];
}

/** The API refuses halves of characters. */
function toText(text: string): readonly Block[] {
  return text.trim() === '' ? [] : [{ type: 'text', text: text.toWellFormed() }];
}

type ToolCall = Extract<AssistantBlock, { type: 'tool_call' }>;

/** Input that was no JSON, or no object, cannot go back as it came. */
function toToolUse({ id, name, input }: ToolCall): Block {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return { type: 'tool_use', id: toId(id), name, input: isObject ? input : { received: input } };
}

function callAsText({ input }: ToolCall): Block {
  return { type: 'text', text: JSON.stringify(input) ?? EMPTY };
}

/** Ids of other services may have characters that this one refuses. */
function toId(id: string): string {
  return id.replace(/[^\w-]/g, '_');
}

/** A call that was cut off, say, has no result, and the API wants one for each, before any text. */
function answerOpenCalls(sent: readonly SentMessage[]): readonly SentMessage[] {
  return sent.map((message, index) => {
    if (message.role === 'assistant') return message;
    const results = message.content.filter((block) => block.type === 'tool_result');
    const rest = message.content.filter((block) => block.type !== 'tool_result');
    const answered = new Set(results.map((result) => result.tool_use_id));
    const open = callIdsOf(sent[index - 1]).filter((id) => !answered.has(id));
    return { role: 'user', content: [...results, ...open.map(notRun), ...rest] };
  });
}

function callIdsOf(message: SentMessage | undefined): readonly string[] {
  return (message?.content ?? []).flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

function notRun(id: string): ToolResult {
  return { type: 'tool_result', tool_use_id: id, content: NOT_RUN, is_error: true };
}
