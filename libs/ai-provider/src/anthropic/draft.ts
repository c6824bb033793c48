import type { TokenCounts } from '@tamma/domain';
import { estimateAnswerTokens } from '../estimate-tokens.ts';
import type { BlockDelta, StreamEvent, WireUsage } from './stream-event.ts';

export type DraftBlock =
  | { readonly type: 'text'; text: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      json: string;
    }
  | { readonly type: 'thinking'; thinking: string; signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string };

/** An answer as far as it has come. */
export class Draft {
  #id = '';
  #model = '';
  #stopReason: string | null = null;
  #usage: WireUsage = {};
  #isWhole = false;
  #length = 0;
  readonly #blocks = new Map<number, DraftBlock>();

  get id(): string {
    return this.#id;
  }

  get model(): string {
    return this.#model;
  }

  get stopReason(): string | null {
    return this.#stopReason;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  get blocks(): readonly DraftBlock[] {
    return [...this.#blocks].toSorted(([one], [other]) => one - other).map(([, block]) => block);
  }

  /** Until the service has said the last word, its answer is estimated by its length. */
  get tokens(): TokenCounts {
    const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = this.#usage;
    const told = output_tokens ?? 0;
    const hasLastWord = this.#stopReason !== null && told > 0;
    return {
      inputTokens: input_tokens ?? 0,
      outputTokens: hasLastWord ? told : Math.max(told, estimateAnswerTokens(this.#length)),
      cacheReadTokens: cache_read_input_tokens ?? 0,
      cacheWriteTokens: cache_creation_input_tokens ?? 0,
    };
  }

  /** Returns the piece of text that came with the event; empty when none did. */
  add(event: StreamEvent): string {
    if (event.type === 'message_start') {
      this.#id = event.message.id;
      this.#model = event.message.model;
      this.#tell(event.message.usage);
    } else if (event.type === 'content_block_start') {
      return this.#begin(event.index, event.content_block);
    } else if (event.type === 'content_block_delta') {
      return this.#extend(this.#blocks.get(event.index), event.delta);
    } else if (event.type === 'message_delta') {
      this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
      this.#tell(event.usage);
    } else if (event.type === 'message_stop') {
      this.#isWhole = true;
    }
    return '';
  }

  /** Counts are those of the whole message each time; what is absent stays as it was. */
  #tell(usage: WireUsage | null | undefined): void {
    const told = Object.entries(usage ?? {}).filter(([, count]) => count != null);
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) };
  }

  #begin(index: number, given: Readonly<Record<string, unknown>>): string {
    const block = toDraftBlock(given);
    if (block === null) return '';
    this.#blocks.set(index, block);
    return block.type === 'text' ? block.text : '';
  }

  #extend(block: DraftBlock | undefined, delta: BlockDelta): string {
    const { text = '', thinking = '', signature = '', partial_json: json = '' } = delta;
    this.#length += text.length + thinking.length + json.length;
    if (block?.type === 'text') {
      block.text += text;
      return text;
    }
    if (block?.type === 'tool_use') block.json += json;
    if (block?.type === 'thinking') {
      block.thinking += thinking;
      block.signature += signature;
    }
    return '';
  }
}

/** Null for kinds of blocks that nobody here asks for. */
function toDraftBlock(given: Readonly<Record<string, unknown>>): DraftBlock | null {
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : '');
  if (given.type === 'text') return { type: 'text', text: text('text') };
  if (given.type === 'thinking') {
    return { type: 'thinking', thinking: text('thinking'), signature: text('signature') };
  }
  if (given.type === 'redacted_thinking') return { type: 'redacted_thinking', data: text('data') };
  if (given.type !== 'tool_use') return null;
  return { type: 'tool_use', id: text('id'), name: text('name'), input: given.input, json: '' };
}
