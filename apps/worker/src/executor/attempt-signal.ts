import type { AbortKind } from './abort.ts';
import { AttemptAborted } from './abort.ts';

export interface AttemptSignalOptions {
  /** From the queue; its reason is a word. */
  readonly queueSignal: AbortSignal;
  readonly limitMs: number;
}

/** One signal for everything that can end an attempt early, and the moments at which it can be suspended. */
export interface AttemptSignal extends Disposable {
  readonly signal: AbortSignal;
  abort(kind: AbortKind, message: string): void;
  /** From now on the next safe point ends the attempt, until it is told otherwise. */
  suspend(isSuspended: boolean): void;
  /** Throws when the attempt was told to stop; ends it when it is suspended. */
  safePoint(): void;
}

export function attemptSignal({ queueSignal, limitMs }: AttemptSignalOptions): AttemptSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let isSuspended = false;
  const abort = (kind: AbortKind, message: string) => controller.abort(new AttemptAborted(kind, message));

  const onQueueAbort = () => {
    if (queueSignal.reason === 'shutdown') abort('shutdown', 'the worker shuts down');
    else abort('overtaken', 'the lock of this task is lost');
  };
  if (queueSignal.aborted) onQueueAbort();
  else queueSignal.addEventListener('abort', onQueueAbort, { once: true });
  const late = `the step ran longer than its limit of ${limitMs} ms`;
  const timer = setTimeout(() => abort('timeout', late), limitMs);

  return {
    signal,
    abort,
    suspend: (is) => {
      isSuspended = is;
    },
    safePoint: () => {
      signal.throwIfAborted();
      // The signal too: a step that takes the error for trouble of its own must not go on.
      if (isSuspended) abort('suspended', 'a person suspended the workflow');
      signal.throwIfAborted();
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      queueSignal.removeEventListener('abort', onQueueAbort);
    },
  };
}
