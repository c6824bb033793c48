import { NO_TOKENS, type TokenCounts } from '@tamma/domain';
import type { AiResponse, AssistantBlock } from '../ai-provider.ts';
import { estimateAnswerTokens } from '../estimate-tokens.ts';
import { type CallPieces, createCallPieces } from './call-pieces.ts';
import { type ChatUsage, type Delta, readChunk } from './chunk.ts';
import { readContent } from './content.ts';
import { stopReasonOf } from './stop-reason.ts';
import { THOUGHT_FIELDS, type ThoughtField, toThought } from './thought.ts';

export interface AnswerOptions {
  readonly service: string;
  readonly model: string;
  readonly turn: number;
  /** What the prompt takes in where the service does not say. */
  readonly promptTokens: number;
  /** Longest answer, in characters: some servers know no limit. */
  readonly charactersMax: number;
  readonly onText?: ((text: string) => void) | undefined;
}

/** Puts an answer together from its pieces. */
export class Answer {
  readonly #options: AnswerOptions;
  readonly #calls: CallPieces;
  #model: string;
  #text = '';
  #thought = '';
  #thoughtField: ThoughtField = 'reasoning_content';
  #characters = 0;
  #usage: ChatUsage | null = null;
  #finish: string | null = null;
  #hasRefused = false;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#model = options.model;
    this.#calls = createCallPieces(options.turn);
  }

  /** Throws a SyntaxError when it is no piece of an answer at all. */
  add(piece: unknown): void {
    const chunk = readChunk(piece);
    const [choice] = chunk.choices ?? [];
    this.#model = chunk.model ?? this.#model;
    this.#usage = chunk.usage ?? this.#usage;
    this.#finish = choice?.finish_reason || this.#finish;
    if (choice?.delta) this.#take(choice.delta);
  }

  isTooLong(): boolean {
    return this.#characters > this.#options.charactersMax;
  }

  /** Whether the service has said how it ended. */
  hasEnded(): boolean {
    return this.#finish !== null;
  }

  tokens(): TokenCounts {
    return tokensOf(this.#usage, {
      promptTokens: this.#options.promptTokens,
      outputTokens: estimateAnswerTokens(this.#characters),
      hasEnded: this.hasEnded(),
    });
  }

  end(): Omit<AiResponse, 'usage'> {
    const content: AssistantBlock[] = [];
    if (this.#thought !== '') {
      content.push(toThought(this.#options.service, this.#thoughtField, this.#thought));
    }
    if (this.#text !== '') content.push({ type: 'text', text: this.#text });
    content.push(...this.#calls.blocks());
    const hasCalls = content.some(({ type }) => type === 'tool_call');
    const stopReason = stopReasonOf({ finish: this.#finish, hasCalls, hasRefused: this.#hasRefused });
    return { model: this.#model, content, stopReason };
  }

  #take(delta: Delta): void {
    if (delta.refusal) this.#hasRefused = true;
    const said = readContent(delta.content);
    this.#characters += said.leftOut;
    for (const text of [said.text, delta.refusal]) if (text) this.#say(text);
    // Some servers send the same thought under both names.
    const field = THOUGHT_FIELDS.find((one) => delta[one]);
    if (field !== undefined) this.#think(field, delta[field] ?? '');
    for (const piece of delta.tool_calls ?? []) this.#characters += this.#calls.add(piece);
  }

  #say(text: string): void {
    this.#text += text;
    this.#characters += text.length;
    this.#options.onText?.(text);
  }

  #think(field: ThoughtField, text: string): void {
    this.#thoughtField = field;
    this.#thought += text;
    this.#characters += text.length;
  }
}

interface Estimate {
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly hasEnded: boolean;
}

function tokensOf(usage: ChatUsage | null, { promptTokens, outputTokens, hasEnded }: Estimate): TokenCounts {
  // Some servers send zeros for what they did not count.
  if (usage === null || usage.prompt_tokens === 0) {
    return { ...NO_TOKENS, inputTokens: promptTokens, outputTokens };
  }
  const told = usage.completion_tokens;
  const cached = Math.min(usage.prompt_tokens_details?.cached_tokens ?? 0, usage.prompt_tokens);
  return {
    ...NO_TOKENS,
    inputTokens: usage.prompt_tokens - cached,
    // What was told on the way may be of long ago.
    outputTokens: hasEnded && told > 0 ? told : Math.max(told, outputTokens),
    cacheReadTokens: cached,
  };
}
