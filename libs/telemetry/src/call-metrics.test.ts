import { expect } from 'chai';
import { createMetrics } from './metrics.ts';

describe('metrics of calls', () => {
  it('count how calls came out and how long they took, but for those that were not made', async () => {
    const metrics = createMetrics();
    const call = { service: 'github', operation: 'readIssue' };
    metrics.observeCall({ ...call, result: 'succeeded', durationMs: 20 });
    metrics.observeCall({ ...call, result: 'failed', durationMs: 1000 });
    metrics.observeCall({ ...call, result: 'rejected', durationMs: 0 });
    metrics.observeCircuit({ ...call, to: 'open' });
    const text = await metrics.render();
    const labels = 'service="github",operation="readIssue"';
    for (const line of [
      ...['succeeded', 'failed', 'rejected'].map(
        (result) => `tamma_service_calls_total{${labels},result="${result}"} 1`,
      ),
      `tamma_service_call_duration_seconds_count{${labels}} 2`,
      `tamma_service_call_duration_seconds_sum{${labels}} 1.02`,
      `tamma_circuit_changes_total{${labels},to="open"} 1`,
    ]) {
      expect(text).to.contain(line);
    }
  });

  it('stay bounded, whatever services call themselves', async () => {
    const metrics = createMetrics();
    for (let number = 0; number < 200; number += 1) {
      metrics.observeCircuit({ service: `s${number}`, operation: `o${number}`, to: 'open' });
    }
    const series = (await metrics.render())
      .split('\n')
      .filter((line) => line.startsWith('tamma_circuit_changes'));
    expect(series.length).to.be.below(100);
  });
});
