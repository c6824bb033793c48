import { healthSchema } from '@tamma/contracts';
import { z } from 'zod';
import type { ZodOpenApiPathsObject, ZodOpenApiResponsesObject } from 'zod-openapi';

/** How the documentation shows what probes and Prometheus ask for. */
export const PROBE_PATHS: ZodOpenApiPathsObject = {
  '/health': probe('getHealth', 'Whether all is well, part by part', {
    '200': json('all is well', healthSchema),
    '503': json('something is not', healthSchema),
  }),
  '/health/live': probe('getHealthLive', 'Whether the process lives', {
    '200': json('it lives', z.object({ status: z.literal('live') })),
  }),
  '/health/ready': probe('getHealthReady', 'Whether the process can serve', {
    '200': json('it can', readiness('ready')),
    '503': json('Redis or PostgreSQL is away', readiness('not ready')),
  }),
  '/metrics': probe('getMetrics', 'Metrics for Prometheus', {
    '200': { description: 'metrics', content: { 'text/plain': { schema: z.string() } } },
  }),
};

function probe(operationId: string, summary: string, responses: ZodOpenApiResponsesObject) {
  return { get: { operationId, summary, tags: ['probes'], security: [], responses } };
}

function json(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema } } };
}

function readiness(status: string) {
  return z.object({ status: z.literal(status), missing: z.array(z.string()) });
}
