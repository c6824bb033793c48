import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { FakeLive } from './fake-live.ts';
import type { FakeProduct } from './fake-product.ts';
import { ROUTES, refuse } from './fake-routes.ts';
import { createScene } from './scene.ts';

/** What a route answers instead of what it should. */
interface Spoiled {
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  /** How often; then it answers as it should. */
  readonly times?: number;
}

/** Method and path of a request, and what came with it. */
interface Recorded {
  readonly what: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

interface FakeServerOptions {
  /** What everyone has to show; without it nothing. */
  readonly token?: string;
}

/** A server with the routes, shapes and messages of the real one, which can be told to misbehave. */
export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const server = new FakeServer(options);
  await server.start();
  return server;
}

export class FakeServer implements AsyncDisposable {
  readonly product = createScene();
  readonly live: FakeLive;
  /** Every request so far, and what came with it. */
  readonly requests: Recorded[] = [];
  /** Called after every answered look at events. */
  tellOnLook: () => void = () => {};
  readonly #token: string | undefined;
  readonly #spoiled = new Map<string, Spoiled>();
  #http: Server = createServer();
  #port = 0;

  constructor({ token }: FakeServerOptions) {
    this.#token = token;
    this.live = new FakeLive(this.product, token);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** By method and path as they are asked, without the query. */
  spoil(route: string, spoiled: Spoiled): void {
    this.#spoiled.set(route, spoiled);
  }

  /** Listens; after a stop on the same port. */
  async start(): Promise<void> {
    this.#http = createServer((request, response) => void this.#answer(request, response));
    this.live.attach(this.#http);
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
    const address = this.#http.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Stops listening and closes every connection at once. */
  async stop(): Promise<void> {
    this.live.detach();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake');
    const what = `${request.method} ${url.pathname}`;
    const { authorization } = request.headers;
    const body = await readBody(request);
    this.requests.push({ what, authorization, body });
    const wrong = takeSpoiled(this.#spoiled, what);
    if (wrong !== null) return sendSpoiled(response, wrong);
    const isLetIn = this.#token === undefined || authorization === `Bearer ${this.#token}`;
    const answered =
      isLetIn || url.pathname === '/health'
        ? route({ what, url, body }, this.product)
        : refuse(401, 'this token is not one of ours');
    const type = answered.status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(answered.status, { 'content-type': type }).end(JSON.stringify(answered.body));
    if (what === 'GET /api/v1/events') this.tellOnLook();
  }
}

function takeSpoiled(spoiled: Map<string, Spoiled>, what: string): Spoiled | null {
  const found = spoiled.get(what);
  if (found === undefined) return null;
  const times = (found.times ?? Number.POSITIVE_INFINITY) - 1;
  if (times <= 0) spoiled.delete(what);
  else spoiled.set(what, { ...found, times });
  return found;
}

async function sendSpoiled(response: ServerResponse, { status = 200, body, headers, delayMs = 0 }: Spoiled) {
  if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  response.writeHead(status, headers).end(body);
}

function route({ what, url, body }: { what: string; url: URL; body: unknown }, product: FakeProduct) {
  const query = url.searchParams;
  const exact = ROUTES[what];
  if (exact !== undefined) return exact({ id: '', rest: '', query, body }, product);
  const [, version = '', resource = '', id = '', verb, rest] =
    /^\S+ (\/api\/v1)\/(\w+)\/([^/]+)(?:\/(\w+))?(?:\/([^/]+))?$/.exec(what) ?? [];
  const [method = ''] = what.split(' ');
  const pattern = [`${version}/${resource}/:id`, verb, rest === undefined ? undefined : ':rest']
    .filter((part) => part !== undefined)
    .join('/');
  const found = ROUTES[`${method} ${pattern}`];
  if (found === undefined) return refuse(404, `there is nothing at ${url.pathname}`);
  return found({ id: decodeURIComponent(id), rest: decodeURIComponent(rest ?? ''), query, body }, product);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}
