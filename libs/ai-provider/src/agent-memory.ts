import { CHARACTERS_PER_TOKEN, COMPACT_SHARE, KEPT_MESSAGES } from './agent-limits.ts';
import type { AiResponse, AssistantBlock, Message, UserBlock } from './ai-provider.ts';
import { type CompactionOrder, compactMessages, lengthOf, lengthOfMessage } from './compaction.ts';

/** A conversation so far. Messages are only added, so that what a provider keeps of the beginning stays good. */
export interface Memory {
  /** A copy: who keeps it does not see it grow. */
  messages(): readonly Message[];
  /** About how many tokens the next request takes in. */
  tokens(): number;
  /** In characters, with the system prompt and the tools. */
  length(): number;
  /** A turn: what the model said, and what it was told. `response` is the answer that said how long all was. */
  add(response: AiResponse, told: readonly UserBlock[]): void;
  /**
   * Leaves out what is old, oldest first, until about half of that limit is reached; the last turns only when all would
   * be longer than the limit otherwise. Says whether anything was left out.
   */
  compact(tokensMax: number, describe: CompactionOrder['describe']): boolean;
}

interface Beginning {
  /** Length of the system prompt and the tools, in characters. */
  readonly fixed: number;
  readonly prompt: string;
}

/** Tokens and characters at a moment when both were known. */
interface Measure {
  readonly tokens: number;
  readonly length: number;
}

export function createMemory({ fixed, prompt }: Beginning): Memory {
  let messages: readonly Message[] = [{ role: 'user', content: [{ type: 'text', text: prompt }] }];
  let length = fixed + lengthOf(messages);
  let measure: Measure = { tokens: 0, length: 0 };
  const tokens = () => measure.tokens + Math.ceil((length - measure.length) / CHARACTERS_PER_TOKEN);
  return {
    messages: () => [...messages],
    tokens,
    length: () => length,
    add(response, told) {
      const said: Message = { role: 'assistant', content: wordsOf(response) };
      const answer: Message = { role: 'user', content: told };
      length += lengthOfMessage(said);
      const counted = tokensOf(response);
      // A service that counts nothing leaves us with the characters.
      if (counted > 0) measure = { tokens: counted, length };
      length += lengthOfMessage(answer);
      messages = [...messages, said, answer];
    },
    compact(tokensMax, describe) {
      const before: Measure = { tokens: tokens(), length };
      const max = (tokensMax / before.tokens) * length - fixed;
      const compacted = compactFurther(messages, max, describe);
      if (compacted.every((message, index) => message === messages[index])) return false;
      messages = compacted;
      length = fixed + lengthOf(messages);
      measure = { tokens: Math.ceil((before.tokens * length) / before.length), length };
      return true;
    },
  };
}

/** Spares the last turns as long as it can; `max` is in characters. */
function compactFurther(
  messages: readonly Message[],
  max: number,
  describe: CompactionOrder['describe'],
): readonly Message[] {
  let compacted = messages;
  for (const kept of KEPT_MESSAGES) {
    compacted = compactMessages(compacted, { target: max * COMPACT_SHARE, kept, describe });
    if (lengthOf(compacted) <= max) break;
  }
  return compacted;
}

/** Services refuse a conversation in which somebody said nothing. */
function wordsOf({ content }: AiResponse): readonly AssistantBlock[] {
  const says = (block: AssistantBlock) =>
    block.type === 'tool_call' || (block.type === 'text' && block.text.trim() !== '');
  if (content.some(says)) return content;
  return [...content.filter((block) => block.type === 'opaque'), { type: 'text', text: '(nothing)' }];
}

function tokensOf({ usage }: AiResponse): number {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = usage;
  const prompt = inputTokens + cacheReadTokens + cacheWriteTokens;
  return prompt === 0 ? 0 : prompt + outputTokens;
}
