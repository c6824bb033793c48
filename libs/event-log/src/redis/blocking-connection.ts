import type { Redis } from 'ioredis';

/** How much longer than asked a read may take before its connection counts as dead. */
const READ_GRACE_MS = 5000;

/** A connection for reads that wait: such a read holds its connection, so it cannot share one. */
export interface BlockingConnection {
  readonly redis: Redis;
  readonly isClosed: boolean;
  /** Connects unless it is connected; true when the connection is a new one. */
  open(): Promise<boolean>;
  /** A server that accepts and then says nothing must not hold us: cutting the connection ends the call. */
  within<Value>(waitMs: number, call: () => Promise<Value>): Promise<Value>;
  /** Ends a read that waits. */
  close(): void;
}

export function createBlockingConnection(shared: Redis, readGraceMs = READ_GRACE_MS): BlockingConnection {
  // No reconnecting and no resending behind our back: a read whose answer got lost may have moved a group on,
  // and what it delivered must come before anything newer.
  const redis = shared.duplicate({
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: () => null,
    // Limits meant for ordinary commands would cut a read that waits as it was told to.
    commandTimeout: undefined,
    socketTimeout: undefined,
    blockingTimeout: undefined,
  });
  redis.on('error', () => {
    // Nothing is lost: the read in flight is rejected, or the next one reconnects and reports.
  });
  let isClosed = false;

  const within = async <Value>(waitMs: number, call: () => Promise<Value>): Promise<Value> => {
    const guard = setTimeout(() => redis.disconnect(), waitMs + readGraceMs);
    try {
      return await call();
    } finally {
      clearTimeout(guard);
    }
  };

  return {
    redis,
    get isClosed() {
      return isClosed;
    },
    open: async () => {
      if (redis.status !== 'wait' && redis.status !== 'end') return false;
      await within(0, () => redis.connect());
      if (isClosed) redis.disconnect();
      return true;
    },
    within,
    close: () => {
      isClosed = true;
      if (redis.status !== 'end') redis.disconnect();
    },
  };
}
