import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Health } from '@tamma/contracts';
import { toError } from '@tamma/domain';
import { closeServer, type ListenRequest, listen } from './listen.ts';
import type { Service } from './service.ts';

const REQUEST_TIMEOUT_MS = 10_000;
const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

export interface ProbeServerOptions extends ListenRequest {
  readonly health: { report(): Promise<Health> };
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  /** Told of a request that could not be answered; the caller got 500. */
  readonly onError: (error: Error) => void;
}

export interface ProbeServer extends Service {
  /** The port it listens on; null when it does not. */
  port(): number | null;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What a process without an HTTP API of its own shows to probes and to Prometheus. */
export function createProbeServer(options: ProbeServerOptions): ProbeServer {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(request, options).then(
      (reply) => send(response, reply),
      (thrown: unknown) => {
        options.onError(toError(thrown));
        send(response, { status: 500, type: TEXT_TYPE, body: 'internal error\n' });
      },
    );
  });
  let listening: Promise<number> | null = null;
  let port: number | null = null;

  return {
    name: 'probe-server',
    start: async () => {
      listening ??= listen(server, options);
      port = await listening;
    },
    stop: async () => {
      await listening?.catch(() => {
        // Whoever called start got this error.
      });
      await closeServer(server);
      listening = null;
      port = null;
    },
    port: () => port,
  };
}

async function answer(request: IncomingMessage, options: ProbeServerOptions): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, type: TEXT_TYPE, body: 'only GET is answered here\n' };
  }
  switch (request.url?.split('?')[0]) {
    case '/health':
      return showHealth(await options.health.report(), (status) => status === 'healthy');
    case '/health/live':
      return { status: 200, type: TEXT_TYPE, body: 'live\n' };
    case '/health/ready':
      return showHealth(await options.health.report(), (status) => status !== 'unhealthy');
    case '/metrics':
      return { status: 200, type: options.metrics.contentType, body: await options.metrics.render() };
    default:
      return { status: 404, type: TEXT_TYPE, body: 'not found\n' };
  }
}

function showHealth(health: Health, isGood: (status: Health['status']) => boolean): Answer {
  return { status: isGood(health.status) ? 200 : 503, type: JSON_TYPE, body: JSON.stringify(health) };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body);
}
