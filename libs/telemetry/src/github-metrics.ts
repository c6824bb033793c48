import { Counter, Gauge, type Registry } from 'prom-client';
import { createBoundedLabel } from './bounded-labels.ts';

const ROUTES_MAX = 80;
const RESOURCES_MAX = 20;

/** One exchange with GitHub's API. */
export interface GitHubCallMeasured {
  /** The route's pattern, such as `GET /repos/{owner}/{repo}/issues`. */
  readonly route: string;
  /** 0 when no answer came. */
  readonly status: number;
  /** Answered with 304 from what was known: it costs nothing of the limit. */
  readonly fromCache: boolean;
  /** Which of GitHub's limits it counts against; null when GitHub did not say, and so for the numbers. */
  readonly resource: string | null;
  readonly remaining: number | null;
  readonly limit: number | null;
  /** When the limit begins anew, in milliseconds since the epoch. */
  readonly resetAtMs: number | null;
}

export interface GitHubMetrics {
  observeGitHubCall(measured: GitHubCallMeasured): void;
}

export function createGitHubMetrics(registry: Registry): GitHubMetrics {
  const routeOf = createBoundedLabel(ROUTES_MAX);
  const resourceOf = createBoundedLabel(RESOURCES_MAX);
  const requests = new Counter({
    name: 'tamma_github_requests_total',
    help: "Requests to GitHub's API; cached ones cost nothing of the limit",
    labelNames: ['route', 'status', 'cached'],
    registers: [registry],
  });
  const gaugeOf = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['resource'], registers: [registry] });
  const remaining = gaugeOf('tamma_github_rate_limit_remaining', 'Requests left until the limit begins anew');
  const limits = gaugeOf('tamma_github_rate_limit', 'Requests allowed per period');
  const resets = gaugeOf(
    'tamma_github_rate_limit_reset_timestamp_seconds',
    'When the limit begins anew, in seconds since the epoch',
  );
  return {
    observeGitHubCall: ({ route, status, fromCache, ...told }) => {
      requests.inc({ route: routeOf(route), status: String(status), cached: String(fromCache) });
      if (told.resource === null) return;
      const labels = { resource: resourceOf(told.resource) };
      if (told.remaining !== null) remaining.set(labels, told.remaining);
      if (told.limit !== null) limits.set(labels, told.limit);
      if (told.resetAtMs !== null) resets.set(labels, told.resetAtMs / 1000);
    },
  };
}
