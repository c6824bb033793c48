import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { ensureDashboard } from '../../../../tools/build-dashboard.mjs';
import type { Answer } from './fake-answer.ts';
import { answerApi } from './fake-api.ts';
import { type FakeLive, serveFakeLive } from './fake-live.ts';
import { createFakeLog } from './fake-log.ts';
import type { FakeApiDeps } from './fake-resources.ts';
import { createFakeWorld } from './fake-world.ts';
import { createPeople } from './people.ts';

/** As the orchestrator sends it. */
const POLICY =
  "default-src 'self'; base-uri 'self'; font-src 'self' data:; form-action 'self'; frame-ancestors 'none'; img-src 'self' data:; object-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** An orchestrator in memory that serves the built page; what it says fits the contracts. */
export interface FakeTamma extends AsyncDisposable, FakeApiDeps {
  readonly url: string;
  live(): FakeLive;
  /** Goes away as if it was killed. */
  stop(): Promise<void>;
  /** Comes back at the same address, with all it knew. */
  start(): Promise<void>;
}

let built: ReturnType<typeof ensureDashboard> | null = null;

/** Built once for all tests of a process. */
function builtPage(): ReturnType<typeof ensureDashboard> {
  built ??= ensureDashboard();
  return built;
}

export async function startFakeTamma(): Promise<FakeTamma> {
  const { folder } = await builtPage();
  const deps: FakeApiDeps = {
    log: createFakeLog(),
    people: createPeople(),
    world: createFakeWorld(),
    decisions: new Map(),
  };
  let running: { readonly server: Server; readonly live: FakeLive } | null = null;
  let port = 0;
  const start = async (): Promise<void> => {
    const server = createServer((request, response) => void serve(request, response, { deps, folder }));
    const live = serveFakeLive(server, deps.log, deps.people);
    port = await listen(server, port);
    running = { server, live };
  };
  const stop = async (): Promise<void> => {
    running?.server.closeAllConnections();
    await running?.live.close();
    running = null;
  };
  await start();
  return {
    ...deps,
    url: `http://127.0.0.1:${port}`,
    live: () => {
      if (running === null) throw new Error('the fake is stopped');
      return running.live;
    },
    start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    resolve(typeof address === 'object' && address !== null ? address.port : 0);
  });
  return promise;
}

interface Serving {
  readonly deps: FakeApiDeps;
  readonly folder: string;
}

async function serve(request: IncomingMessage, response: ServerResponse, { deps, folder }: Serving) {
  response.setHeader('Content-Security-Policy', POLICY);
  const answer = await answerApi(request, deps);
  if (answer === null) sendFile(request, response, folder);
  else send(response, answer);
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'Content-Type': isText ? 'text/plain' : 'application/json', ...headers });
  response.end(isText || body === null ? body : JSON.stringify(body));
}

function sendFile(request: IncomingMessage, response: ServerResponse, folder: string): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const file = /^\/assets\/[\w.-]+$/.test(pathname) ? pathname : '/index.html';
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  createReadStream(join(folder, file))
    .once('error', () => response.writeHead(404).end())
    .pipe(response);
}
