import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** The target's address with this proxy in its place. */
  readonly url: string;
  /** `open` lets all pass; `cut` refuses and closes as a server that is gone; `mute` swallows without a word. */
  set(state: 'open' | 'cut' | 'mute'): void;
}

/** Stands between a client and its server, so that the server can be away without anybody stopping it. */
export async function startProxy(targetUrl: string): Promise<Proxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'mute' = 'open';
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => state !== 'mute' && to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = new URL(targetUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    port,
    url: url.href,
    set: (next) => {
      state = next;
      if (next === 'cut') destroyAll();
    },
    [Symbol.asyncDispose]: async () => {
      destroyAll();
      await once(server.close(), 'close');
    },
  };
}
