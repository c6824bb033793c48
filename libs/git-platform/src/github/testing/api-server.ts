import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface ApiCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type ApiHandler = (call: ApiCall, response: ServerResponse, count: number) => void;

export interface ApiServer extends AsyncDisposable {
  readonly url: string;
  readonly calls: readonly ApiCall[];
  /** `GET /user`, in order. */
  routes(): readonly string[];
}

/** A server that answers as the handler says; `count` tells how often that method and path were asked, from one. */
export async function apiServer(handle: ApiHandler): Promise<ApiServer> {
  const calls: ApiCall[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const call = { method, path, headers, body: await text(request) };
    calls.push(call);
    handle(call, response, calls.filter((one) => one.method === method && one.path === path).length);
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    routes: () => calls.map(({ method, path }) => `${method} ${path}`),
    [Symbol.asyncDispose]: async () => {
      const { promise: closed, resolve: close } = Promise.withResolvers<void>();
      server.close(() => close());
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface ApiAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export function answer(response: ServerResponse, { status = 200, headers = {}, json = {} }: ApiAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(status === 304 || status === 204 ? undefined : JSON.stringify(json));
}
