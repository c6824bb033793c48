import type { Socket } from 'socket.io';
import type { LiveLimits } from './limits.ts';

/** What a client was sent and has not taken yet. */
export interface Outbox {
  /** In characters. */
  size(): number;
  isBehind(): boolean;
  hasRoom(): boolean;
  /** Resolves to true when there is room again, to false when that takes too long or the connection is closed. */
  room(): Promise<boolean>;
}

export function createOutbox(
  conn: Socket['conn'],
  { behindFrom, roomBelow, behindMs }: Pick<LiveLimits, 'behindFrom' | 'roomBelow' | 'behindMs'>,
): Outbox {
  let queued = 0;
  let underWay = 0;
  let isClosed = false;
  const waiting = new Set<(hasRoom: boolean) => void>();
  const size = () => queued + underWay;
  const hasRoom = () => size() < roomBelow;
  const settle = (answer: boolean) => {
    for (const resolve of waiting) resolve(answer);
    waiting.clear();
  };

  conn.on('packetCreate', (packet: { readonly data?: unknown }) => {
    queued += sizeOf(packet.data);
  });
  conn.on('flush', () => {
    underWay += queued;
    queued = 0;
  });
  // The connection's own "drain" means handed to the transport; the transport's means handed to the network.
  conn.transport.on('drain', () => {
    underWay = 0;
    if (hasRoom()) settle(true);
  });
  conn.once('close', () => {
    isClosed = true;
    settle(false);
  });

  return {
    size,
    isBehind: () => size() >= behindFrom,
    hasRoom,
    room: async () => {
      if (isClosed || hasRoom()) return !isClosed;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      waiting.add(resolve);
      const timer = setTimeout(() => resolve(false), behindMs);
      const answer = await promise;
      clearTimeout(timer);
      waiting.delete(resolve);
      return answer;
    },
  };
}

function sizeOf(data: unknown): number {
  return typeof data === 'string' || Buffer.isBuffer(data) ? data.length : 0;
}
