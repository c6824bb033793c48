import type { Fence, WorkflowHashes } from '@tamma/coordination';
import type { AttemptSignal } from './attempt-signal.ts';
import type { Ear } from './hints.ts';

/** How often an attempt asks how it stands: hints may be lost, and a cancelled one stops within about this time. */
const CHECK_MS = 1000;

export interface WatchOptions {
  readonly hashes: WorkflowHashes;
  readonly fence: Fence;
  readonly ear: Ear;
  readonly abort: AttemptSignal;
  /** Whether its step can be left out; an order to do so is not looked for otherwise, since that costs a whole read. */
  readonly canSkip: boolean;
}

/** Asks while an attempt runs whether it may go on. The first time after a second, or when something was said. */
export function watchAttempt(options: WatchOptions): Disposable {
  return new AttemptWatch(options);
}

class AttemptWatch implements Disposable {
  readonly #options: WatchOptions;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isLooking = false;
  #isHinted = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#schedule();
    options.ear.onHint(() => {
      this.#isHinted = true;
      this.#look();
    });
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => this.#look(), CHECK_MS).unref();
  }

  /** A hint that comes while it looks has it look once more. */
  #look(): void {
    if (this.#isOver || this.#isLooking) return;
    clearTimeout(this.#timer);
    this.#isLooking = true;
    this.#isHinted = false;
    // An unreachable Redis proves nothing about how it stands; the commit point asks again in any case.
    const looked = this.#heed().catch(() => undefined);
    void looked.then(() => this.#goOn());
  }

  #goOn(): void {
    this.#isLooking = false;
    if (this.#isOver) return;
    if (this.#isHinted) this.#look();
    else this.#schedule();
  }

  async #heed(): Promise<void> {
    const { hashes, fence, abort, canSkip } = this.#options;
    const standing = await hashes.standing(fence);
    if (this.#isOver) return;
    abort.suspend(standing === 'suspended');
    if (standing === 'overtaken') abort.abort('overtaken', 'the task has another owner');
    if (standing === 'cancelled') abort.abort('cancelled', 'the workflow is cancelled');
    if (standing === 'owner' && canSkip) await this.#lookForOrder();
  }

  /** Nobody stores a higher number by that: it is our own once more. */
  async #lookForOrder(): Promise<void> {
    const { hashes, fence, abort } = this.#options;
    const begun = await hashes.begin(fence, []);
    if (this.#isOver || begun.kind !== 'begun' || begun.order?.kind !== 'skip') return;
    abort.abort('skipped', `${begun.order.by} had the step left out`);
  }
}
