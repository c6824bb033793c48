import type { AnyEvent } from '@tamma/domain';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { createBoundedLabel } from './bounded-labels.ts';
import { type CallMetrics, createCallMetrics } from './call-metrics.ts';
import { createEventMetrics } from './event-metrics.ts';
import { createGauges, type GaugeRequest } from './gauges.ts';
import { createGitHubMetrics, type GitHubMetrics } from './github-metrics.ts';
import { createWebhookMetrics, type WebhookMetrics } from './webhook-metrics.ts';

export type { CallMeasured, CircuitMeasured } from './call-metrics.ts';
export type { GaugeRequest, GaugeSample } from './gauges.ts';
export type { DeliveryResult } from './webhook-metrics.ts';

const COLLECT_TIMEOUT_MS = 2_000;
const ROUTES_MAX = 100;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const HTTP_BUCKETS_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 5, 10];

export interface MetricsOptions {
  /** Added to every series, such as `{ process: 'worker' }`. */
  readonly defaultLabels?: Readonly<Record<string, string>>;
  /** How long a scrape waits for a gauge, in milliseconds. */
  readonly collectTimeoutMs?: number;
}

export interface HttpRequestMeasured {
  readonly method: string;
  /** The route's pattern, such as `/api/v1/workflows/:id`; never the path that was asked for. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

export interface Metrics extends CallMetrics, GitHubMetrics, WebhookMetrics {
  /** Counts a fact; see `event-metrics.ts` for the names. */
  observeEvent(event: AnyEvent): void;
  observeHttp(request: HttpRequestMeasured): void;
  /** Registers a gauge that is read at every scrape. Throws when the name is taken. */
  gauge(request: GaugeRequest): void;
  /** Everything in Prometheus' text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** Metrics of one process, all named `tamma_…`; nothing global. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ ...options.defaultLabels });
  collectDefaultMetrics({ register: registry, prefix: 'tamma_' });
  return {
    observeEvent: createEventMetrics(registry),
    observeHttp: createHttpMetrics(registry),
    ...createCallMetrics(registry),
    ...createWebhookMetrics(registry),
    ...createGitHubMetrics(registry),
    gauge: createGauges(registry, options.collectTimeoutMs ?? COLLECT_TIMEOUT_MS),
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function createHttpMetrics(registry: Registry): (request: HttpRequestMeasured) => void {
  const routeOf = createBoundedLabel(ROUTES_MAX);
  const durations = new Histogram({
    name: 'tamma_http_request_duration_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route', 'status'],
    buckets: HTTP_BUCKETS_SECONDS,
    registers: [registry],
  });
  return ({ method, route, status, durationMs }) => {
    const labels = { method: METHODS.has(method) ? method : 'other', route: routeOf(route), status };
    durations.observe(labels, durationMs / 1000);
  };
}
