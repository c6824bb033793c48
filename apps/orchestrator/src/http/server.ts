import { createServer } from 'node:http';
import { closeServer, type HealthMonitor, listen, type Service } from '@tamma/process';
import type { Logger, Metrics } from '@tamma/telemetry';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { createDraining, type Draining, loopbackOnly } from './guards.ts';
import { probeRoutes } from './probe-routes.ts';
import { errorHandler, notFound } from './problem.ts';
import { type ReadDeps, readRoutes } from './read-routes.ts';

export interface HttpOptions extends ReadDeps {
  readonly host: string;
  readonly port: number;
  readonly health: HealthMonitor;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface HttpServer extends Service {
  /** The port it listens on; null when it does not. */
  port(): number | null;
  /** Refuses new requests; those under way are answered. */
  drain(): void;
}

export function createHttpServer(options: HttpOptions): HttpServer {
  const draining = createDraining();
  const server = createServer(buildApp(options, draining));
  let port: number | null = null;
  return {
    name: 'httpServer',
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
  const { health, metrics, logger } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(helmet());
  app.use(loopbackOnly);
  app.use(measure(metrics, logger));
  app.use(probeRoutes(health, metrics));
  app.use('/api/v1', draining.handler, readRoutes(options));
  app.use(notFound);
  app.use(errorHandler((error, path) => logger.error({ error, path }, 'request failed')));
  return app;
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
