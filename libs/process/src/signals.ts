import { toError } from '@tamma/domain';

/** Ctrl-C under npm reaches a process twice, from the terminal and from npm: within this time it is one wish. */
const SAME_WISH_MS = 500;
const EXIT_INTERRUPTED = 130;
const EXIT_FAILED = 1;

export type ShutdownReason = 'SIGTERM' | 'SIGINT' | 'disconnect';

/**
 * Calls `stop` once, on the first SIGTERM or SIGINT, or when the parent that spawned this process with an IPC
 * channel is gone. A second signal ends the process at once with 130, except a SIGTERM after a SIGINT: that is a
 * parent passing on the Ctrl-C which the terminal sent to both. A failing `stop` is reported and exits 1.
 * Returns a function that takes the listeners off again.
 */
export function onShutdownSignal(
  stop: (reason: ShutdownReason) => Promise<void>,
  report: (error: Error) => void,
): () => void {
  let first: { readonly reason: ShutdownReason; readonly at: number } | null = null;

  const begin = (reason: ShutdownReason): void => {
    const earlier = first;
    if (earlier === null || earlier.reason === 'disconnect') first = { reason, at: Date.now() };
    if (earlier !== null) {
      if (isSecondWish(earlier, reason)) process.exit(EXIT_INTERRUPTED);
      return;
    }
    stop(reason).catch((thrown: unknown) => {
      report(toError(thrown));
      process.exit(EXIT_FAILED);
    });
  };

  return listenToAll(begin);
}

function isSecondWish(
  first: { readonly reason: ShutdownReason; readonly at: number },
  reason: ShutdownReason,
): boolean {
  // A parent that is gone wished nothing: the first signal after it is the first wish, and the drain goes on.
  if (first.reason === 'disconnect') return false;
  if (reason === 'disconnect' || Date.now() - first.at < SAME_WISH_MS) return false;
  return reason === 'SIGINT' || first.reason !== 'SIGINT';
}

function listenToAll(begin: (reason: ShutdownReason) => void): () => void {
  const onTerminate = (): void => begin('SIGTERM');
  const onInterrupt = (): void => begin('SIGINT');
  const onDisconnect = (): void => begin('disconnect');
  process.on('SIGTERM', onTerminate);
  process.on('SIGINT', onInterrupt);
  if (process.send !== undefined) {
    process.on('disconnect', onDisconnect);
    // Listening would otherwise keep a process alive that has nothing left to do.
    process.channel?.unref();
  }
  return () => {
    process.off('SIGTERM', onTerminate);
    process.off('SIGINT', onInterrupt);
    process.off('disconnect', onDisconnect);
  };
}

/** Errors that nobody caught: told to `report`, which must not wait for anything, then exit 1. */
export function onCrash(report: (error: Error, origin: 'exception' | 'rejection') => void): void {
  process.on('uncaughtException', (error) => {
    report(toError(error), 'exception');
    process.exit(EXIT_FAILED);
  });
  process.on('unhandledRejection', (reason) => {
    report(toError(reason), 'rejection');
    process.exit(EXIT_FAILED);
  });
}
