import { createServer, type Server } from 'node:http';
import { closeServer, type HealthMonitor, listen, type Service } from '@tamma/process';
import type { Logger, Metrics } from '@tamma/telemetry';
import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import type { Access } from '../access.ts';
import { WEBHOOK_PATH, type WebhookOptions, webhookRoutes } from '../webhooks/webhook-route.ts';
import { visitorsOnly } from './admission.ts';
import { apiRoutes } from './api-routes.ts';
import { BOARD_PATH, type BoardQueues, boardRoutes } from './board.ts';
import { answerBrokenRequests } from './broken-requests.ts';
import { dashboardRoutes } from './dashboard.ts';
import { DOCS_PATH, docsRoutes } from './docs.ts';
import { createDoor } from './door.ts';
import { createDraining, type Draining, loopbackOnly, ownPagesOnly } from './guards.ts';
import { createGuessLimit, createRateLimit, type RateLimit } from './limits.ts';
import { probeRoutes } from './probe-routes.ts';
import { errorHandler, notFound } from './problem.ts';
import type { ResourceDeps } from './resources/deps.ts';
import { relaxedStyles, securityHeaders } from './security-headers.ts';

export interface HttpOptions extends Omit<ResourceDeps, 'door'> {
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly access: Access;
  /** Pages of other sites that may call. */
  readonly cors: { readonly origins: readonly string[]; readonly credentials: boolean };
  readonly rateLimit: RateLimit;
  /** What Bull Board shows. */
  readonly boardQueues: BoardQueues;
  /** Where the dashboard's files are, if it is built. */
  readonly dashboardFolder: string;
  readonly webhooks: WebhookOptions;
  readonly health: HealthMonitor;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface HttpServer extends Service {
  /** For whoever serves sockets on it; it listens once it is started. */
  readonly server: Server;
  /** The port it listens on; null when it does not. */
  port(): number | null;
  /** Refuses new requests; those under way are answered. */
  drain(): void;
}

export function createHttpServer(options: HttpOptions): HttpServer {
  const draining = createDraining();
  const server = createServer(buildApp(options, draining));
  answerBrokenRequests(server);
  let port: number | null = null;
  return {
    name: 'httpServer',
    server,
    port: () => port,
    drain: draining.begin,
    start: async () => {
      port ??= await listen(server, { host: options.host, port: options.port, setting: 'PORT' });
    },
    stop: async () => {
      draining.begin();
      await closeServer(server);
      port = null;
    },
  };
}

function buildApp(options: HttpOptions, draining: Draining): Express {
  const { access, health, metrics, logger } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.use(securityHeaders);
  app.use(measure(metrics, logger));
  // Before the guard of a server without tokens: whoever signs is let in, by whatever name they call it.
  app.use(WEBHOOK_PATH, draining.handler);
  app.use(webhookRoutes({ ...options, ...options.webhooks }));
  if (access.mode === 'none') app.use(loopbackOnly);
  app.use(probeRoutes(health, metrics));
  app.use(draining.handler);
  addPeoplesRoutes(app, options);
  app.use(notFound);
  app.use(errorHandler((error, path) => logger.error({ error, path }, 'request failed')));
  return app;
}

/** All that asks who one is, and the page that lets one say it. */
function addPeoplesRoutes(app: Express, options: HttpOptions): void {
  const door = createDoor(options.access, createGuessLimit());
  const limit = createRateLimit(options.rateLimit, options.access);
  const visitors = [limit, visitorsOnly(door), relaxedStyles];
  app.use('/api/v1', ...crossOrigin(options.cors), limit, ownPagesOnly(options.cors.origins));
  app.use('/api/v1', apiRoutes({ ...options, door }, options.version));
  app.use(DOCS_PATH, ...visitors, docsRoutes());
  app.use(BOARD_PATH, ...visitors, boardRoutes(options.boardQueues));
  app.use(dashboardRoutes(options.dashboardFolder));
}

/** Browsers ask first whether a page of another site may; where none may, nobody is told of the question. */
function crossOrigin({ origins, credentials }: HttpOptions['cors']): RequestHandler[] {
  if (origins.length === 0) return [];
  return [
    cors({
      origin: origins.map((origin) => new URL(origin).origin),
      credentials,
      methods: ['GET', 'HEAD', 'POST', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type'],
      exposedHeaders: ['Location', 'Retry-After'],
    }),
  ];
}

function measure(metrics: Metrics, logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    response.once('finish', () => {
      const durationMs = performance.now() - startedAt;
      const { method } = request;
      const route = `${request.baseUrl}${request.route?.path ?? ''}` || 'none';
      metrics.observeHttp({ method, route, status: response.statusCode, durationMs });
      logger.debug({ method, route, status: response.statusCode, durationMs }, 'request answered');
    });
    next();
  };
}
