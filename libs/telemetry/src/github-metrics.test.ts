import { expect } from 'chai';
import type { GitHubCallMeasured } from './github-metrics.ts';
import { createMetrics } from './metrics.ts';

const CALL: GitHubCallMeasured = {
  route: 'GET /repos/{owner}/{repo}/issues',
  status: 200,
  fromCache: false,
  resource: 'core',
  remaining: 4990,
  limit: 5000,
  resetAtMs: 1_800_000_000_000,
};

describe('metrics of GitHub', () => {
  it('count requests and show what is left of the limit', async () => {
    const metrics = createMetrics();
    metrics.observeGitHubCall({ ...CALL, remaining: 4991 });
    metrics.observeGitHubCall({ ...CALL, status: 304, fromCache: true });
    const nothing = { resource: null, remaining: null, limit: null, resetAtMs: null };
    metrics.observeGitHubCall({ ...CALL, ...nothing, status: 0 });
    const text = await metrics.render();
    const route = 'route="GET /repos/{owner}/{repo}/issues"';
    for (const line of [
      `tamma_github_requests_total{${route},status="200",cached="false"} 1`,
      `tamma_github_requests_total{${route},status="304",cached="true"} 1`,
      `tamma_github_requests_total{${route},status="0",cached="false"} 1`,
      'tamma_github_rate_limit_remaining{resource="core"} 4990',
      'tamma_github_rate_limit{resource="core"} 5000',
      'tamma_github_rate_limit_reset_timestamp_seconds{resource="core"} 1800000000',
    ]) {
      expect(text).to.contain(line);
    }
  });

  it('stay bounded, whatever routes and limits there are', async () => {
    const metrics = createMetrics();
    for (let number = 0; number < 500; number += 1) {
      metrics.observeGitHubCall({ ...CALL, route: `GET /${number}`, resource: `r${number}` });
    }
    const series = (await metrics.render()).split('\n').filter((line) => line.startsWith('tamma_github_'));
    expect(series.length).to.be.below(200);
  });
});
