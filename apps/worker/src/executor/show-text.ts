import { setTimeout as sleep } from 'node:timers/promises';
import type { TextChunk } from '@tamma/coordination';
import { toError } from '@tamma/domain';
import type { AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';

/** How often text is sent at most. */
const FLUSH_MS = 100;
/** Longest text of one chunk, in characters. */
const CHUNK_LENGTH_MAX = 4000;
/** Text that waits to be sent, in characters; beyond it the oldest is dropped. */
const PENDING_LENGTH_MAX = 64_000;
/** How long the end of an attempt waits for its last words. */
const END_MAX_MS = 1000;

export interface ShownText {
  /** Never waits and never fails. */
  show(text: string): void;
  /** Sends what is left and shows nothing from then on. Does not fail either. */
  end(): Promise<void>;
}

/** Streamed text of an attempt on its way to whoever watches. */
export function showTextOf(deps: ExecutorDeps, request: AttemptRequest): ShownText {
  return new TextStream(deps, request);
}

class TextStream implements ShownText {
  readonly #deps: ExecutorDeps;
  readonly #about: Pick<TextChunk, 'workflowId' | 'taskId' | 'stepId'>;
  #pending = '';
  /** Set from the first text of a batch until that batch is sent. */
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(deps: ExecutorDeps, { fence, step }: AttemptRequest) {
    this.#deps = deps;
    this.#about = { workflowId: fence.workflowId, taskId: fence.taskId, stepId: step.id };
  }

  show(text: string): void {
    if (this.#isOver) return;
    this.#pending = (this.#pending + text).slice(-PENDING_LENGTH_MAX);
    if (this.#pending !== '' && this.#timer === undefined) this.#schedule();
  }

  async end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    // Most steps show nothing, and a timer for each of them costs.
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    const last = this.#sending.then(() => this.#send());
    await Promise.race([last, sleep(END_MAX_MS, undefined, { ref: false })]);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#sending = this.#send();
      void this.#sending.then(() => this.#goOn());
    }, FLUSH_MS).unref();
  }

  #goOn(): void {
    this.#timer = undefined;
    if (this.#pending !== '' && !this.#isOver) this.#schedule();
  }

  async #send(): Promise<void> {
    const at = new Date(this.#deps.now()).toISOString();
    const texts = splitText(this.#pending);
    this.#pending = '';
    if (texts.length === 0) return;
    try {
      await this.#deps.liveText.append(texts.map((text) => ({ ...this.#about, text, at })));
    } catch (thrown) {
      const { taskId } = this.#about;
      this.#deps.logger.debug({ taskId, error: toError(thrown).message }, 'text not shown');
    }
  }
}

function splitText(text: string): string[] {
  const pieces = Math.ceil(text.length / CHUNK_LENGTH_MAX);
  return Array.from({ length: pieces }, (_, i) =>
    text.slice(i * CHUNK_LENGTH_MAX, (i + 1) * CHUNK_LENGTH_MAX),
  );
}
