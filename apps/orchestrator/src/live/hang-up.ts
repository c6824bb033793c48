import type { Socket } from 'socket.io';

/**
 * Closes a connection once what is left is sent, or when the time for that is up; resolves when it is closed. The
 * client sees a connection that broke, and comes back by itself.
 */
export async function hangUp(conn: Socket['conn'], graceMs: number): Promise<void> {
  const wire = conn.request.socket;
  conn.close();
  if (wire.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  wire.once('close', () => resolve());
  // A client that takes nothing would keep a polite close waiting.
  const timer = setTimeout(() => wire.destroy(), graceMs);
  await promise;
  clearTimeout(timer);
}

/** The same for a client that is not welcome back: it stays away until it is told to connect again. */
export function turnAway(socket: Socket, graceMs: number): Promise<void> {
  socket.disconnect();
  return hangUp(socket.conn, graceMs);
}
