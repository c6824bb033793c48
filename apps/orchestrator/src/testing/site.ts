import { once } from 'node:events';
import { type Agent, request } from 'node:http';
import { createWorkerRegistry } from '@tamma/coordination/redis';
import { type AccessToken, createHealth, type HealthCheck } from '@tamma/process';
import { createLogger, createMetrics } from '@tamma/telemetry';
import { createAccess } from '../access.ts';
import { createHttpServer, type HttpOptions } from '../http/server.ts';
import { addQueueMetrics } from '../queue-metrics.ts';
import { type Desk, LIMITS, openDesk, plan } from './desk.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Keeps connections for the next question; without it each has its own. */
  readonly agent?: Agent;
}

export interface SiteOptions extends Partial<Omit<HttpOptions, 'health' | 'metrics' | 'logger' | 'access'>> {
  readonly checks?: readonly HealthCheck[];
  readonly tokens?: readonly AccessToken[];
  readonly desk?: Desk;
}

export type Site = Awaited<ReturnType<typeof openSite>>;

/** The real HTTP server on a free port, before a desk. */
export async function openSite(options: SiteOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const desk = options.desk ?? stack.use(await openDesk());
  const lines: string[] = [];
  const logger = createLogger({
    name: 'test',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const metrics = createMetrics({ defaultLabels: { process: 'orchestrator' } });
  const consumer = await desk.eventLog.consumer('recorder');
  addQueueMetrics(metrics, { queue: desk.queue, consumer, reader: desk.store.reader });
  const health = createHealth({ version: '1.2.3', checkTimeoutMs: 5000 });
  for (const check of options.checks ?? []) health.add(check);
  const { checks: _checks, tokens = [], desk: _desk, ...overrides } = options;
  const http = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    version: '1.2.3',
    access: createAccess(tokens),
    cors: { origins: [], credentials: false },
    rateLimit: { max: 100, signedInMax: 1000, window: 60_000 },
    boardQueues: [],
    dashboardFolder: '/nowhere',
    reader: desk.store.reader,
    claims: desk.store.claims,
    verdicts: desk.store.verdicts,
    eventLog: desk.eventLog,
    hashes: desk.hashes,
    queue: desk.queue,
    registry: createWorkerRegistry(desk),
    projects: [{ project: desk.project, plan, platform: desk.platform }],
    projectViews: () => [],
    holdBack: async () => null,
    webhooks: { secret: null, inbox: desk.store.inbox, onKept: () => {} },
    ...LIMITS,
    pauses: desk.pauses,
    circuits: desk.circuits,
    budgets: desk.budgets,
    dayLimitUsd: desk.dayLimitUsd,
    agentRecords: desk.agentRecords,
    offlineAfterMs: 30_000,
    now: Date.now,
    ...overrides,
    health,
    metrics,
    logger,
  });
  await http.start();
  stack.defer(() => http.stop());
  const port = http.port() ?? 0;
  const owned = stack.move();
  return {
    desk,
    http,
    port,
    lines,
    metrics,
    ask: (path: string, question: Question = {}) => ask(port, path, question),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Sends the path as it is, which `fetch` would correct. */
export async function ask(port: number, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', body, agent = false } = question;
  // Node announces no body for a GET, and what then comes all the same is no HTTP.
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const headers = { ...length, ...question.headers };
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent });
  sent.end(body);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  sent.on('error', reject);
  sent.on('response', (response) => {
    const chunks: string[] = [];
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => void chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: chunks.join('') });
    });
  });
  try {
    return await promise;
  } finally {
    if (!sent.closed) await once(sent, 'close');
  }
}

/** Puts all that the log holds on record and answers the offsets, oldest first. */
export async function offsetsOf(desk: Desk): Promise<string[]> {
  return (await desk.eventLog.readAfter('0-0', 1000)).map(({ offset }) => offset);
}
