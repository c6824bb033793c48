/** Ends a call when the caller aborts, or when nothing has come for too long. */
export interface Patience extends Disposable {
  /** Of the call, for whoever reads its answer. */
  readonly controller: AbortController;
  readonly silenceMs: number;
  /** Something came: the waiting begins anew. */
  heard(): void;
  /** Whether it was the silence that ended the call. */
  isOver(): boolean;
}

export function waitAtMost(silenceMs: number, caller: AbortSignal): Patience {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort();
  }, silenceMs);
  const abort = () => controller.abort(caller.reason);
  if (caller.aborted) abort();
  else caller.addEventListener('abort', abort, { once: true });
  return {
    controller,
    silenceMs,
    heard: () => void timer.refresh(),
    isOver: () => isOver,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      caller.removeEventListener('abort', abort);
    },
  };
}
