import { expect } from 'chai';
import { createMetrics } from './metrics.ts';

describe('metrics of webhooks', () => {
  it('count deliveries by what became of them', async () => {
    const metrics = createMetrics();
    for (const result of ['kept', 'kept', 'unsigned'] as const) metrics.observeDelivery(result);
    const lines = (await metrics.render()).split('\n');
    expect(lines.filter((line) => line.startsWith('tamma_webhook_deliveries_total'))).to.deep.equal([
      'tamma_webhook_deliveries_total{result="kept"} 2',
      'tamma_webhook_deliveries_total{result="unsigned"} 1',
    ]);
  });
});
