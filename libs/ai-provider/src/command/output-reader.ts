import { stripVTControlCharacters } from 'node:util';
import { NO_TOKENS, type TokenCounts } from '@tamma/domain';
import { addTokens } from './add-tokens.ts';
import type { CliFacts, ReadEvent } from './cli-facts.ts';
import type { TextStream } from './text-stream.ts';
import type { ToolLog } from './tool-log.ts';

/** Lines with which an object or a list over several lines begins and ends. */
const OPENS = new Set(['{', '[']);
const CLOSES = new Set(['}', ']']);

/** Reads what a program puts out: events of its format, one a line or over several, and everything else as text. */
export class OutputReader {
  readonly #readEvent: ReadEvent | null;
  readonly #text: TextStream;
  readonly #tools: ToolLog;
  #line = '';
  #block: string[] | null = null;
  model: string | undefined;
  tokens: TokenCounts | undefined;
  costUsd: number | undefined;
  failure: string | undefined;
  trouble: string | undefined;
  /** Whether it has told what the whole run took. */
  hasTotals = false;

  constructor(readEvent: ReadEvent | null, text: TextStream, tools: ToolLog) {
    this.#readEvent = readEvent;
    this.#text = text;
    this.#tools = tools;
  }

  write(output: string): void {
    this.#line += output;
    if (!output.includes('\n')) return;
    const lines = this.#line.split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#takeLine(line, '\n');
  }

  end(): void {
    if (this.#line !== '') this.#takeLine(this.#line, '');
    this.#line = '';
    this.#giveUpBlock();
    this.#tools.end();
  }

  #takeLine(raw: string, end: string): void {
    const line = stripVTControlCharacters(raw.replace(/\r$/, ''));
    if (this.#readEvent !== null && this.#block === null && OPENS.has(line)) this.#block = [];
    if (this.#block !== null) this.#takeBlockLine(this.#block, line);
    else if (this.#readEvent === null || !this.#takeJson(line)) this.#text.write(line + end);
  }

  #takeBlockLine(block: string[], line: string): void {
    block.push(line);
    // Everything within is indented.
    if (!CLOSES.has(line)) return;
    if (this.#takeJson(block.join('\n'))) this.#block = null;
    else this.#giveUpBlock();
  }

  /** What looked like an object and never ended is text. */
  #giveUpBlock(): void {
    if (this.#block !== null) this.#text.write(`${this.#block.join('\n')}\n`);
    this.#block = null;
  }

  #takeJson(text: string): boolean {
    const value = parse(text);
    const events: readonly unknown[] = Array.isArray(value) ? value : [value];
    // What a model writes may be JSON too.
    if (!events.every(isEvent)) return false;
    for (const event of events) this.#takeFacts(this.#readEvent?.(event) ?? {});
    return true;
  }

  #takeFacts(facts: CliFacts): void {
    this.model = facts.model ?? this.model;
    this.failure = facts.failure ?? this.failure;
    this.trouble = facts.trouble ?? this.trouble;
    this.tokens = facts.tokens ?? this.tokens;
    this.costUsd = facts.costUsd ?? this.costUsd;
    this.hasTotals ||= facts.tokens !== undefined || facts.costUsd !== undefined;
    if (facts.moreTokens) this.tokens = addTokens(this.tokens ?? NO_TOKENS, facts.moreTokens);
    if (facts.moreCostUsd !== undefined) this.costUsd = (this.costUsd ?? 0) + facts.moreCostUsd;
    this.#tools.take(facts);
    if (facts.text) this.#text.write(facts.text);
    const final = facts.final?.trim() ?? '';
    if (!this.#text.whole().includes(final)) this.#text.write(final);
  }
}

const EVENT_KEYS = ['response', 'stats', 'error'];

function isEvent(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ('type' in value && typeof value.type === 'string') || EVENT_KEYS.some((key) => key in value);
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
