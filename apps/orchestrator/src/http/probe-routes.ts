import type { HealthMonitor } from '@tamma/process';
import type { Metrics } from '@tamma/telemetry';
import { Router } from 'express';
import { wrongMethod } from './problem.ts';

/** Parts without which this process cannot serve: readiness asks only for these. */
const READY_CHECKS = new Set(['redis', 'database']);

/** What probes and Prometheus ask for; never behind a token, never refused while draining. */
export function probeRoutes(health: HealthMonitor, metrics: Metrics): Router {
  const router = Router();

  router
    .route('/health')
    .get(async (_request, response) => {
      const report = await health.report();
      response.status(report.status === 'healthy' ? 200 : 503).json(report);
    })
    .all(wrongMethod('GET', 'HEAD'));

  router
    .route('/health/live')
    .get((_request, response) => void response.json({ status: 'live' }))
    .all(wrongMethod('GET', 'HEAD'));

  router
    .route('/health/ready')
    .get(async (_request, response) => {
      const { checks } = await health.report();
      const missing = checks.filter((one) => READY_CHECKS.has(one.name) && one.status === 'unhealthy');
      const status = missing.length === 0 ? 'ready' : 'not ready';
      response
        .status(missing.length === 0 ? 200 : 503)
        .json({ status, missing: missing.map((one) => one.name) });
    })
    .all(wrongMethod('GET', 'HEAD'));

  router
    .route('/metrics')
    .get(async (_request, response) => {
      response.type(metrics.contentType).send(await metrics.render());
    })
    .all(wrongMethod('GET', 'HEAD'));

  return router;
}
