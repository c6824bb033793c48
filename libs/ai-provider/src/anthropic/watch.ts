import { throwIfAborted } from '../aborted.ts';
import { stalledStream } from './failures.ts';

/** Ends a call that is aborted, or that hears nothing for too long. */
export interface Watch extends Disposable {
  readonly controller: AbortController;
  /** Something was heard. */
  touch(): void;
  /** Throws the reason for which the call was ended; does nothing while it goes on. */
  throwIfEnded(): void;
}

export function watchCall(signal: AbortSignal, timeoutMs: number): Watch {
  throwIfAborted(signal);
  const controller = new AbortController();
  let stalled: Error | null = null;
  const stall = () => {
    stalled = stalledStream(timeoutMs);
    controller.abort(stalled);
  };
  const abort = () => controller.abort(signal.reason);
  const timer = setTimeout(stall, timeoutMs);
  signal.addEventListener('abort', abort, { once: true });
  return {
    controller,
    touch: () => void timer.refresh(),
    throwIfEnded: () => {
      throwIfAborted(signal);
      if (stalled !== null) throw stalled;
    },
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
