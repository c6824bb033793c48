import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { testServers } from '@tamma/testing';

/** A way to Redis that can be cut. */
export interface Cuttable extends AsyncDisposable {
  readonly redisUrl: string;
  /** Ends every connection that is open now; says how many. */
  cut(): number;
}

export async function openCuttable(): Promise<Cuttable> {
  const url = new URL(testServers().redisUrl);
  const [port, host] = [Number(url.port), url.hostname];
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, host);
    open.add(near);
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.on('close', () => open.delete(near));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the way to Redis has no port');
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const cut = () => {
    const count = open.size;
    for (const socket of open) socket.destroy();
    return count;
  };
  return {
    redisUrl: url.href,
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
    },
  };
}
