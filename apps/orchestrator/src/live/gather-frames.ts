import type { Socket } from 'socket.io';

/**
 * Hands the messages that wait for a client to the network together. The library writes each by itself, which for a
 * page of small events costs more than reading and sorting them.
 */
export function gatherFrames({ conn }: Socket): void {
  const { socket } = conn.request;
  conn.on('flush', () => {
    socket.cork();
    process.nextTick(() => socket.uncork());
  });
}
