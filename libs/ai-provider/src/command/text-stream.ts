import { isFence } from './calls.ts';

export interface TextStreamOptions {
  readonly onText: (text: string) => void;
  /** Whether what stands in a block is no text but calls. */
  readonly isCall: (block: string) => boolean;
}

/**
 * Tells a text as it comes, line by line, but for calls at its end, which are not for people. What is held back and
 * turns out to be followed by more text is told then.
 */
export class TextStream {
  readonly #options: TextStreamOptions;
  #told = '';
  /** Calls, white space, and the block that is not at its end yet. */
  #held = '';
  #line = '';
  #block: string | null = null;

  constructor(options: TextStreamOptions) {
    this.#options = options;
  }

  write(text: string): void {
    this.#line += text;
    if (!text.includes('\n')) return;
    const lines = this.#line.split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#take(line, '\n');
  }

  /** Everything so far, told or not. */
  whole(): string {
    return this.#told + this.#held + this.#line;
  }

  /** Everything that was told. */
  end(): string {
    if (this.#line !== '') this.#take(this.#line, '');
    this.#line = '';
    const isText = this.#block !== null && !this.#options.isCall(this.#block);
    if (isText) this.#tell(this.#held.trimEnd());
    return this.#told;
  }

  #take(line: string, end: string): void {
    if (isFence(line)) this.#takeFence(line, end);
    else this.#takeWords(line, end);
  }

  #takeWords(line: string, end: string): void {
    if (this.#block !== null) this.#block += line + end;
    if (this.#block !== null || line.trim() === '') {
      this.#held += line + end;
      return;
    }
    this.#tell(this.#held + line);
    this.#held = end;
  }

  #takeFence(line: string, end: string): void {
    const block = this.#block;
    this.#block = block === null ? '' : null;
    if (block === null || this.#options.isCall(block)) {
      this.#held += line + end;
      return;
    }
    this.#tell(this.#held + line);
    this.#held = end;
  }

  #tell(text: string): void {
    this.#held = '';
    if (text === '') return;
    this.#told += text;
    this.#options.onText(text);
  }
}
