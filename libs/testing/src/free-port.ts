import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections: one of those would take the port before the product is up. */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES_MAX = 20;

/** A loopback port that nobody listens on now, and that no server which asks for any port gets. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`${TRIES_MAX} ports between ${FIRST} and ${LAST} are taken`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    // Taken, or not ours to take; the next one is as good.
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
