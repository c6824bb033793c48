/** Ends a call when the caller aborts, or when nothing has come for too long. */
export interface Patience extends Disposable {
  readonly signal: AbortSignal;
  readonly silenceMs: number;
  /** Something came: the waiting begins anew. */
  heard(): void;
  /** Whether it was the silence that ended the call. */
  isOver(): boolean;
}

export function waitAtMost(silenceMs: number, caller: AbortSignal): Patience {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceMs);
  return {
    signal: AbortSignal.any([caller, silence.signal]),
    silenceMs,
    heard: () => void timer.refresh(),
    isOver: () => silence.signal.aborted,
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
