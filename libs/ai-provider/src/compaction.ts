import { LEFT_OUT_MIN, OLD_TEXT_MAX } from './agent-limits.ts';
import type { AssistantBlock, Message, UserBlock } from './ai-provider.ts';
import type { ToolCall } from './tool-call.ts';

export interface CompactionOrder {
  /** Length to come down to, in characters. */
  readonly target: number;
  /** Last messages that stay as they are. */
  readonly kept: number;
  /** A call in one line, for the note in place of its answer. */
  readonly describe: (call: ToolCall) => string;
}

/**
 * Replaces what is old and long by notes, oldest first, until the target is reached or nothing is left to replace. The
 * first message stays, each call keeps its answer, and messages that need no change stay the same objects.
 */
export function compactMessages(messages: readonly Message[], order: CompactionOrder): readonly Message[] {
  let length = lengthOf(messages);
  const compacted = [...messages];
  for (let index = 1; index < messages.length - order.kept && length > order.target; index += 1) {
    const message = messages[index];
    if (message === undefined) break;
    const shorter = shortenMessage(message, callsOf(messages[index - 1]), order.describe);
    length += lengthOfMessage(shorter) - lengthOfMessage(message);
    compacted[index] = shorter;
  }
  return compacted;
}

/** In characters, as far as a model sees them. */
export function lengthOf(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + lengthOfMessage(message), 0);
}

export function lengthOfMessage({ content }: Message): number {
  return content.reduce((sum: number, block: AssistantBlock | UserBlock) => sum + lengthOfBlock(block), 0);
}

function lengthOfBlock(block: AssistantBlock | UserBlock): number {
  if (block.type === 'text') return block.text.length;
  if (block.type === 'tool_result') return block.content.length;
  return jsonLength(block.type === 'tool_call' ? block.input : block.data);
}

/** The calls that a message answers stand right before it; ids may return later on. */
function callsOf(message: Message | undefined): ReadonlyMap<string, ToolCall> {
  const calls =
    message?.role === 'assistant' ? message.content.filter((one) => one.type === 'tool_call') : [];
  return new Map(calls.map((call) => [call.id, call]));
}

function shortenMessage(
  message: Message,
  calls: ReadonlyMap<string, ToolCall>,
  describe: CompactionOrder['describe'],
): Message {
  if (message.role === 'assistant') return shortenAnswer(message);
  const content = message.content.map((block) => {
    if (block.type !== 'tool_result' || block.content.length <= LEFT_OUT_MIN) return block;
    const call = calls.get(block.callId);
    return { ...block, content: noteOfResult(block.content.length, call && describe(call)) };
  });
  return content.some((block, index) => block !== message.content[index]) ? { ...message, content } : message;
}

function shortenAnswer(message: Extract<Message, { role: 'assistant' }>): Message {
  const content = message.content.map(shortenBlock);
  if (content.every((block, index) => block === message.content[index])) return message;
  // What a provider keeps of its own may be sealed against any change of what stands beside it.
  return { ...message, content: content.filter((block) => block.type !== 'opaque') };
}

function shortenBlock(block: AssistantBlock): AssistantBlock {
  if (block.type === 'text' && block.text.length > OLD_TEXT_MAX)
    return { ...block, text: cutText(block.text) };
  if (block.type !== 'tool_call') return block;
  const input = shortenInput(block.input);
  return input === block.input ? block : { ...block, input };
}

/** Keeps the shape and the short arguments, such as a path: they say what the call was about. */
function shortenInput(input: unknown): unknown {
  const length = jsonLength(input);
  if (length <= OLD_TEXT_MAX) return input;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { leftOut: noteOf(length) };
  const members = Object.entries(input).map(([name, value]: [string, unknown]) => {
    const size = jsonLength(value);
    return [name, size > LEFT_OUT_MIN ? noteOf(size) : value] as const;
  });
  const shorter = Object.fromEntries(members);
  return jsonLength(shorter) <= OLD_TEXT_MAX ? shorter : { leftOut: noteOf(length) };
}

function cutText(text: string): string {
  const head = text.slice(0, OLD_TEXT_MAX - LEFT_OUT_MIN).toWellFormed();
  return `${head}\n${noteOf(text.length - head.length)}`;
}

function noteOf(length: number): string {
  return `[left out to save room: ${length} characters]`;
}

function noteOfResult(length: number, call: string | undefined): string {
  if (call === undefined) return noteOf(length);
  return `[left out to save room: ${length} characters of ${call}; call it again if you need it]`;
}

function jsonLength(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}
