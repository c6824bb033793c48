import { toError } from '@tamma/domain';

/** Throws the signal's reason, as an error whatever it was. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw toError(signal.reason);
}
